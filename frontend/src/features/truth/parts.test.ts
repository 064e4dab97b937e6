import Big from 'big.js';
import { describe, expect, it } from 'vitest';
import type { Deal, TruthComparison } from '../../api/types';
import { delayOf, eitherOf, lengthOfDifference, partsOf } from './parts';

const comparison: TruthComparison = {
  expected: 'backtest',
  actual: 'paper',
  difference: '-3.5',
  price: '-5',
  fees: '-1.25',
  quantity: '0.75',
  missed: '0',
  extra: '2',
  average_delay_seconds: 1.5,
  pairs: [],
};

const deal = (at: string): Deal => ({
  at,
  side: 'buy',
  purpose: 'entry',
  price: '1',
  quantity: '1',
  fee: '0',
});

describe('the parts of a difference', () => {
  it('all stand, and add up to it', () => {
    const sum = partsOf(comparison).reduce((total, part) => total.plus(part.value), Big(0));
    expect(sum.toFixed()).toBe(comparison.difference);
  });

  it('are as long as they are large, beside the largest', () => {
    expect(partsOf(comparison).map(({ name, length }) => [name, length])).toEqual([
      ['price', 1],
      ['fees', 0.25],
      ['quantity', 0.15],
      ['missed', 0],
      ['extra', 0.4],
    ]);
    expect(lengthOfDifference(comparison)).toBe(0.7);
  });

  it('have no length where nothing differs', () => {
    const same = { ...comparison, difference: '0', price: '0', fees: '0', quantity: '0', extra: '0' };
    expect(partsOf(same).every((part) => part.length === 0)).toBe(true);
  });
});

it('a pair’s delay is told only where both trades are there', () => {
  const expected = deal('2026-01-01T00:00:00Z');
  const actual = deal('2026-01-01T00:00:02.500Z');
  expect(delayOf({ expected, actual })).toBe(2.5);
  expect(delayOf({ expected, actual: null })).toBeNull();
  expect(eitherOf({ expected: null, actual })).toBe(actual);
});
