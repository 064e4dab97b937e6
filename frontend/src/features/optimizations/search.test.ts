import { describe, expect, it } from 'vitest';
import { aStrategy } from '../../testing/records';
import { emptyRun } from '../backtests/backtestForm';
import { colourAt, goodness, inkOn, scaleOf } from './heatScale';
import {
  counted,
  searchAgain,
  searchField,
  searchOf,
  searchSchema,
  toOptimization,
} from './optimizationForm';
import { candidatesOf, combinations, rangeAround, rangeProblem, rangesFrom, valuesIn } from './ranges';

const strategy = aStrategy();
const strategies = [strategy];
const candidates = candidatesOf(strategy);
const short = candidates.find((one) => one.name === 'short_period')!;
const stop = candidates.find((one) => one.name === 'stop_loss_percentage')!;
const range = (low: string, high: string, step: string) => ({ vary: true, low, high, step, choices: [] });

describe('ranges', () => {
  it('hold both ends, in floating point too', () => {
    expect(valuesIn(short, range('5', '25', '2'))).toBe(11);
    expect(valuesIn(stop, range('0.5', '1.1', '0.1'))).toBe(7);
    expect(valuesIn(short, range('10', '10', '1'))).toBe(1);
  });

  it.each([
    ['', '20', '1', 'numbers'],
    ['10', '5', '1', 'below'],
    ['5', '10', '0', 'more than zero'],
    ['5', '10', '0.5', 'Whole'],
    ['1', '10', '1', 'From 2 to 500'],
  ])('%s to %s by %s is refused: %s', (low, high, step, words) => {
    expect(rangeProblem(short, range(low, high, step))).toContain(words);
    expect(valuesIn(short, range(low, high, step))).toBe(0);
  });

  it('begin around the current value, within the bounds', () => {
    const around = rangeAround(short, '10', true);
    expect(rangeProblem(short, around)).toBeNull();
    expect(Number(around.low)).toBeLessThan(10);
    expect(Number(around.high)).toBeGreaterThan(10);
    expect(valuesIn(short, around)).toBeLessThanOrEqual(9);
    expect(rangeProblem(short, rangeAround(short, '2', true))).toBeNull();
    expect(rangeProblem(stop, rangeAround(stop, undefined, true))).toBeNull();
  });

  it('of choices count what is ticked', () => {
    const choice = { ...short, options: [{ value: 'a', title: 'A' }] };
    expect(valuesIn(choice, { vary: true, low: '', high: '', step: '', choices: ['a'] })).toBe(1);
    expect(rangeProblem(choice, { vary: true, low: '', high: '', step: '', choices: [] })).toContain(
      'Choose',
    );
  });

  it('multiply, of what is varied alone', () => {
    const ranges = {
      short_period: range('5', '25', '2'),
      long_period: range('30', '120', '10'),
      stop_loss_percentage: { ...range('1', '4', '1'), vary: false },
    };
    expect(combinations(candidates, ranges)).toBe(110);
    expect(combinations(candidates, {})).toBe(0);
    expect(combinations(candidates, { short_period: range('5', '', '2') })).toBe(0);
  });
});

describe('the form of a search', () => {
  const values = searchOf(
    { ...emptyRun(strategies, []), start: '2024-01-01', end: '2024-02-01' },
    strategies,
  );

  function problemsOf(change: object): string[] {
    const result = searchSchema(strategies).safeParse({ ...values, ...change });
    return result.success ? [] : result.error.issues.map((issue) => issue.path.join('.'));
  }

  it('varies the first two parameters, and is good so', () => {
    expect(problemsOf({})).toEqual([]);
    expect(Object.keys(toOptimization(values, strategies).ranges)).toEqual(['short_period', 'long_period']);
  });

  it('keeps what it holds beside the run', () => {
    expect(searchSchema(strategies).parse(values)).toMatchObject({ method: 'grid', trials: '200' });
  });

  it('wants something to vary, good ranges and counts', () => {
    const none = Object.fromEntries(
      Object.entries(values.ranges).map(([name, one]) => [name, { ...one, vary: false }]),
    );
    expect(problemsOf({ ranges: none })).toEqual(['method']);
    const broken = { ...values.ranges, short_period: range('9', '3', '1') };
    expect(problemsOf({ ranges: broken })).toEqual(['ranges.short_period.low']);
    expect(problemsOf({ trials: '1.5' })).toEqual(['trials']);
    expect(problemsOf({ start: '' })).toContain('start');
  });

  it('counts what will be tried', () => {
    const ranges = { short_period: range('5', '25', '2'), long_period: range('30', '120', '10') };
    expect(counted({ ...values, ranges }, strategies)).toEqual({ all: 110, tried: 110 });
    expect(counted({ ...values, ranges, method: 'random', trials: '50' }, strategies).tried).toBe(50);
  });

  it('takes over what was searched before', () => {
    const search = {
      ranges: { long_period: { low: 30, high: 60, step: 10 } },
      trials: 99,
      seed: 1,
      minimum_trades: 3,
      folds: 4,
      train_percentage: 60,
      window: 'anchored',
    };
    const before = { method: 'walk_forward', objective: 'calmar', search } as const;
    const again = searchAgain(values, before, rangesFrom(search.ranges));
    expect(toOptimization(again, strategies)).toMatchObject({
      method: 'walk_forward',
      objective: 'calmar',
      ranges: search.ranges,
      folds: 4,
      window: 'anchored',
    });
  });

  it.each([
    ['ranges', 'method'],
    ['ranges.short_period', 'ranges.short_period.low'],
    ['ranges.unknown', null],
    ['folds', 'folds'],
    ['symbol', 'symbol'],
  ])('knows where %s belongs', (name, field) => {
    expect(searchField(name, values)).toBe(field);
  });
});

describe('the scale of a heat map', () => {
  const cells = [
    [1, null],
    [3, 2],
  ];

  it('goes from the worst to the best, also where less is better', () => {
    const more = scaleOf(cells, false)!;
    expect([goodness(1, more), goodness(2, more), goodness(3, more)]).toEqual([0, 0.5, 1]);
    expect(goodness(1, scaleOf(cells, true)!)).toBe(1);
    expect(scaleOf([[null]], false)).toBeNull();
    expect(goodness(2, scaleOf([[2]], false)!)).toBe(1);
  });

  it('gets lighter with every step, so that it can be read without colour', () => {
    const lightness = (share: number) => {
      const [red = 0, green = 0, blue = 0] = colourAt(share).match(/\d+/g)!.map(Number);
      return 0.299 * red + 0.587 * green + 0.114 * blue;
    };
    const steps = Array.from({ length: 21 }, (_, index) => lightness(index / 20));
    expect(steps).toEqual([...steps].sort((one, other) => one - other));
    expect([inkOn(0), inkOn(1)]).toEqual(['#ffffff', '#10131a']);
  });
});
