// The parts that the difference of two courses is made of, and how long each is drawn.
import Big from 'big.js';
import type { Deal, DealPair, TruthComparison } from '../../api/types';

type PartName = 'price' | 'fees' | 'quantity' | 'missed' | 'extra';

export interface Part {
  name: PartName;
  title: string;
  definition: string;
  value: string;
  /** From 0 to 1: its size beside the largest of the parts and their sum. */
  length: number;
}

const PARTS: readonly Pick<Part, 'name' | 'title' | 'definition'>[] = [
  { name: 'price', title: 'Price', definition: 'The same trades at other prices: spread, slippage, delay.' },
  { name: 'fees', title: 'Fees', definition: 'Other fees for the same trades.' },
  { name: 'quantity', title: 'Quantity', definition: 'The same trades, but larger or smaller.' },
  { name: 'missed', title: 'Missed trades', definition: 'Trades that were expected and did not happen.' },
  { name: 'extra', title: 'Extra trades', definition: 'Trades that happened and were not expected.' },
];

/** The parts in their order; they add up to the comparison's difference. */
export function partsOf(comparison: TruthComparison): Part[] {
  const longest = longestOf(comparison);
  return PARTS.map((part) => {
    const value = comparison[part.name];
    return { ...part, value, length: lengthOf(value, longest) };
  });
}

/** How long the whole difference is drawn, by the same measure. */
export function lengthOfDifference(comparison: TruthComparison): number {
  return lengthOf(comparison.difference, longestOf(comparison));
}

function longestOf(comparison: TruthComparison): Big {
  return [comparison.difference, ...PARTS.map(({ name }) => comparison[name])]
    .map((value) => Big(value).abs())
    .reduce((longest, size) => (size.gt(longest) ? size : longest), Big(0));
}

function lengthOf(value: string, longest: Big): number {
  return longest.eq(0) ? 0 : Number(Big(value).abs().div(longest).toFixed(4));
}

/** How much later the actual trade was, in seconds; null where one of the two is missing. */
export function delayOf({ expected, actual }: DealPair): number | null {
  if (!expected || !actual) return null;
  return (Date.parse(actual.at) - Date.parse(expected.at)) / 1000;
}

/** A pair has one trade at least. */
export function eitherOf({ expected, actual }: DealPair): Deal | null {
  return expected ?? actual;
}
