// What the form of an optimisation holds beside that of a backtest, when it is good, and what is sent of it.
import type { FieldPath } from 'react-hook-form';
import type { NewOptimization, Objective, OneOptimization, SearchMethod, Strategy } from '../../api/types';
import { runField, runSchema, toBacktest, type RunFormValues } from '../backtests/backtestForm';
import { candidatesOf, combinations, rangeAround, rangeProblem, toRanges, type RangeTexts } from './ranges';

export interface SearchFormValues extends RunFormValues {
  method: SearchMethod;
  objective: Objective;
  ranges: Record<string, RangeTexts>;
  trials: string;
  minimum_trades: string;
  folds: string;
  train_percentage: string;
  window: 'rolling' | 'anchored';
}

const VARIED_AT_FIRST = 2;

/** The form of a run, with the strategy's first two parameters varied. */
export function searchOf(run: RunFormValues, strategies: readonly Strategy[]): SearchFormValues {
  return {
    ...run,
    method: 'grid',
    objective: 'sharpe',
    ranges: rangesFor(run, strategies),
    trials: '200',
    minimum_trades: '10',
    folds: '5',
    train_percentage: '70',
    window: 'rolling',
  };
}

/** Ranges of everything that can be varied in the strategy of the form. */
export function rangesFor(run: RunFormValues, strategies: readonly Strategy[]): Record<string, RangeTexts> {
  const strategy = strategies.find((one) => one.name === run.strategy);
  return Object.fromEntries(
    candidatesOf(strategy).map((candidate, index) => {
      const current = candidate.isRule ? ruleText(run, candidate.name) : run.strategy_config[candidate.name];
      return [candidate.name, rangeAround(candidate, current, !candidate.isRule && index < VARIED_AT_FIRST)];
    }),
  );
}

function ruleText({ rules }: RunFormValues, name: string): string | undefined {
  const value: unknown = rules[name as keyof typeof rules];
  return typeof value === 'string' ? value : undefined;
}

/** What was searched before, put over a form. */
export function searchAgain(
  form: SearchFormValues,
  { method, objective, search }: Pick<OneOptimization, 'method' | 'objective' | 'search'>,
  stored: Record<string, RangeTexts>,
): SearchFormValues {
  const still = Object.fromEntries(
    Object.entries(form.ranges).map(([name, range]) => [name, { ...range, vary: false }]),
  );
  return {
    ...form,
    method,
    objective,
    ranges: { ...still, ...stored },
    trials: String(search.trials),
    minimum_trades: String(search.minimum_trades),
    folds: String(search.folds),
    train_percentage: String(search.train_percentage),
    window: search.window === 'anchored' ? 'anchored' : 'rolling',
  };
}

const isCount = (text: string, least: number, most: number) =>
  /^\d+$/.test(text.trim()) && Number(text) >= least && Number(text) <= most;

const COUNTS: readonly [keyof SearchFormValues & ('trials' | 'minimum_trades' | 'folds'), number, number][] =
  [
    ['trials', 2, 1_000_000],
    ['minimum_trades', 0, 100_000],
    ['folds', 1, 50],
  ];

const MOST_VARIED = 8;

/** The rules of the whole form. */
export function searchSchema(strategies: readonly Strategy[]) {
  return runSchema(strategies)
    .loose()
    .superRefine((given, context) => {
      const values = given as unknown as SearchFormValues;
      const add = (path: string[], message: string) => {
        context.addIssue({ code: 'custom', path, message });
      };
      for (const [name, least, most] of COUNTS) {
        if (!isCount(values[name], least, most)) add([name], `A whole number from ${least} to ${most}.`);
      }
      const share = Number(values.train_percentage);
      if (!(share >= 10 && share <= 95)) add(['train_percentage'], '10 to 95 per cent.');
      const candidates = candidatesOf(strategies.find((one) => one.name === values.strategy));
      for (const candidate of candidates) {
        const range = values.ranges[candidate.name];
        const problem = range && rangeProblem(candidate, range);
        if (problem) add(['ranges', candidate.name, 'low'], problem);
      }
      const varied = candidates.filter((candidate) => values.ranges[candidate.name]?.vary).length;
      if (varied === 0) add(['method'], 'Tick at least one parameter below to vary.');
      if (varied > MOST_VARIED) add(['method'], 'Vary at most eight parameters.');
    });
}

/** What is sent to search by the form. */
export function toOptimization(values: SearchFormValues, strategies: readonly Strategy[]): NewOptimization {
  const strategy = strategies.find((one) => one.name === values.strategy);
  return {
    ...toBacktest(values, strategies),
    method: values.method,
    objective: values.objective,
    ranges: toRanges(candidatesOf(strategy), values.ranges),
    trials: Number(values.trials),
    minimum_trades: Number(values.minimum_trades),
    folds: Number(values.folds),
    train_percentage: Number(values.train_percentage),
    window: values.window,
  };
}

/** How many combinations the form describes, and how many of them will be tried. */
export function counted(
  values: SearchFormValues,
  strategies: readonly Strategy[],
): { all: number; tried: number } {
  const strategy = strategies.find((one) => one.name === values.strategy);
  const all = combinations(candidatesOf(strategy), values.ranges);
  const trials = Number(values.trials) || 0;
  return { all, tried: values.method === 'grid' ? all : Math.min(all, trials) };
}

const OWN: ReadonlySet<string> = new Set([
  'method',
  'objective',
  'trials',
  'minimum_trades',
  'folds',
  'train_percentage',
  'window',
]);

/** The form's field for one of the API's; null where the form has none. */
export function searchField(name: string, values: SearchFormValues): FieldPath<SearchFormValues> | null {
  if (name.startsWith('ranges.')) {
    const parameter = name.split('.')[1] ?? '';
    return parameter in values.ranges ? `ranges.${parameter}.low` : null;
  }
  if (name === 'ranges') return 'method';
  if (OWN.has(name)) return name as FieldPath<SearchFormValues>;
  return runField(name, values);
}
