// What an optimisation varies: which parameters there are, over what, and how many combinations that makes.
import type { SearchRange, Strategy } from '../../api/types';
import { isDecimal } from '../../formatting';
import { fieldsOf, type ParameterField } from '../bots/parameters';

/** Something that can be varied. */
export interface Candidate {
  name: string;
  title: string;
  whole: boolean;
  /** Of a choice: what can be chosen, with its words. Else none. */
  options: readonly { value: string; title: string }[];
  sent: ParameterField['sent'];
  minimum: number;
  maximum: number;
  step: number;
  isRule: boolean;
}

export interface RangeTexts {
  vary: boolean;
  low: string;
  high: string;
  step: string;
  choices: string[];
}

const rule = (name: string, title: string, step: number, whole = false): Candidate => ({
  name,
  title,
  whole,
  options: [],
  sent: 'number',
  minimum: step,
  maximum: Infinity,
  step,
  isRule: true,
});

const RULES: readonly Candidate[] = [
  rule('stop_loss_percentage', 'Stop loss (%)', 0.5),
  rule('take_profit_percentage', 'Take profit (%)', 1),
  rule('trailing_stop_percentage', 'Trailing stop (%)', 0.5),
  rule('cooldown_minutes', 'Pause after a sale (min)', 60, true),
];

/** The strategy's plain parameters, then the rules. */
export function candidatesOf(strategy: Strategy | undefined): Candidate[] {
  const parameters = fieldsOf(strategy)
    .filter((field) => field.kind === 'integer' || field.kind === 'number' || field.kind === 'choice')
    .map((field): Candidate => ({
      name: field.name,
      title: field.title,
      whole: field.kind === 'integer',
      options: field.options.map((value) => ({ value, title: field.titles[value] ?? value })),
      sent: field.sent,
      minimum: field.minimum ?? -Infinity,
      maximum: field.maximum ?? Infinity,
      step: field.step ?? 1,
      isRule: false,
    }));
  return [...parameters, ...RULES];
}

/** The words for a varied name. */
export function titleOf(name: string, strategy: Strategy | undefined): string {
  return candidatesOf(strategy).find((one) => one.name === name)?.title ?? name.replaceAll('_', ' ');
}

const WANTED_VALUES = 8;
const USUAL: Record<string, number> = {
  stop_loss_percentage: 2,
  take_profit_percentage: 4,
  trailing_stop_percentage: 2,
  cooldown_minutes: 240,
};

/** A range around the current value: from half of it to twice it, in about eight steps of the declared fineness. */
export function rangeAround(candidate: Candidate, current: string | undefined, vary: boolean): RangeTexts {
  if (candidate.options.length > 0) {
    return { vary, low: '', high: '', step: '', choices: candidate.options.map((option) => option.value) };
  }
  const given = Number(current);
  const isGiven = current !== undefined && current.trim() !== '' && Number.isFinite(given);
  const middle = isGiven ? given : (USUAL[candidate.name] ?? candidate.step * 10);
  const { step, minimum, maximum } = candidate;
  const reach = Math.max(Math.abs(middle), step * 2);
  const onGrid = (value: number) => Math.round(value / step) * step;
  const low = Math.max(minimum, onGrid(middle - reach / 2));
  const high = Math.min(maximum, onGrid(middle + reach));
  const fineness = Math.max(step, Math.ceil((high - low) / WANTED_VALUES / step) * step);
  return { vary, low: tidy(low), high: tidy(high), step: tidy(fineness), choices: [] };
}

function tidy(value: number): string {
  return String(Number(value.toFixed(8)));
}

/** What is wrong with a range, as a sentence; null where nothing is, or where it is not varied. */
export function rangeProblem(
  candidate: Candidate,
  { vary, low, high, step, choices }: RangeTexts,
): string | null {
  if (!vary) return null;
  if (candidate.options.length > 0) return choices.length > 0 ? null : 'Choose at least one value.';
  const texts = [low, high, step];
  if (!texts.every((text) => isDecimal(text)))
    return 'Give lowest, highest and step as numbers, such as 0.5.';
  const [from, to, by] = texts.map(Number) as [number, number, number];
  if (by <= 0) return 'The step must be more than zero.';
  if (to < from) return 'The highest value must not be below the lowest.';
  if (candidate.whole && ![from, to, by].every(Number.isInteger)) return 'Whole numbers only.';
  if (from < candidate.minimum || to > candidate.maximum) return boundsWords(candidate);
  return null;
}

function boundsWords({ minimum, maximum }: Candidate): string {
  return maximum === Infinity ? `At least ${minimum}.` : `From ${minimum} to ${maximum}.`;
}

/** How many values a range has; 0 where it is not a good one. */
export function valuesIn(candidate: Candidate, range: RangeTexts): number {
  if (rangeProblem(candidate, range) !== null) return 0;
  if (candidate.options.length > 0) return range.choices.length;
  // A hair more, so that 0.1 steps reach the highest value in floating point too.
  return Math.floor((Number(range.high) - Number(range.low)) / Number(range.step) + 1e-9) + 1;
}

/** How many combinations all varied ranges make; 0 where none is varied, or one of them is not good. */
export function combinations(
  candidates: readonly Candidate[],
  ranges: Record<string, RangeTexts | undefined>,
): number {
  const counts = candidates.flatMap((candidate) => {
    const range = ranges[candidate.name];
    return range?.vary ? [valuesIn(candidate, range)] : [];
  });
  return counts.length === 0 ? 0 : counts.reduce((product, count) => product * count, 1);
}

/** The varied ranges as the API takes them. */
export function toRanges(
  candidates: readonly Candidate[],
  ranges: Record<string, RangeTexts | undefined>,
): Record<string, SearchRange> {
  const sent: Record<string, SearchRange> = {};
  for (const candidate of candidates) {
    const range = ranges[candidate.name];
    if (!range?.vary) continue;
    sent[candidate.name] =
      candidate.options.length > 0
        ? { choices: range.choices.map((value) => choiceValue(candidate, value)) }
        : { low: Number(range.low), high: Number(range.high), step: Number(range.step) };
  }
  return sent;
}

function choiceValue({ sent }: Candidate, text: string): string | number | boolean {
  if (sent === 'boolean') return text === 'true';
  return sent === 'number' ? Number(text) : text;
}

/** Stored ranges as texts of the form. */
export function rangesFrom(stored: Record<string, SearchRange>): Record<string, RangeTexts> {
  return Object.fromEntries(
    Object.entries(stored).map(([name, range]) => [
      name,
      {
        vary: true,
        low: text(range.low),
        high: text(range.high),
        step: text(range.step),
        choices: (range.choices ?? []).map(String),
      },
    ]),
  );
}

function text(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}
