// A figure's value in words, by its unit.
import Big from 'big.js';
import type { Metric } from '../../api/types';
import {
  formatCount,
  formatDuration,
  formatMoment,
  formatMoney,
  formatPercent,
  formatRatio,
  type Region,
} from '../../formatting';

/** Figures whose sign says profit or loss. */
const SIGNED: ReadonlySet<string> = new Set([
  'total_return',
  'cagr',
  'expectancy',
  'average_return',
  'average_win',
  'average_loss',
  'best_trade',
  'worst_trade',
  'best_day',
  'worst_day',
]);

export function isSigned(metric: Pick<Metric, 'name'>): boolean {
  return SIGNED.has(metric.name);
}

/** The value without colour or sign's words; null where there is none. */
export function metricText({ unit, value }: Pick<Metric, 'unit' | 'value'>, region: Region): string | null {
  if (value === null) return null;
  const { locale } = region;
  if (unit === 'money') return formatMoney(value, locale);
  if (unit === 'fraction') return formatPercent(Big(value).times(100).toFixed(), locale);
  if (unit === 'count') return formatCount(Number(value), locale);
  if (unit === 'duration') return formatDuration(value, locale);
  if (unit === 'moment') return formatMoment(value, region, 'full');
  return formatRatio(value, locale);
}

const MORE_IS_BETTER: ReadonlySet<string> = new Set([
  'total_return',
  'final_equity',
  'cagr',
  'sharpe',
  'sortino',
  'calmar',
  'profit_factor',
  'expectancy',
  'win_rate',
  'average_return',
  'value_at_risk',
  'expected_shortfall',
]);
const LESS_IS_BETTER: ReadonlySet<string> = new Set([
  'max_drawdown',
  'longest_drawdown',
  'recovery',
  'ulcer_index',
  'fees',
  'slippage',
]);

/** Which of the values is the best one; -1 where nothing is better by itself, or all are the same. */
export function bestOf(name: string, values: readonly (string | null)[]): number {
  const sign = MORE_IS_BETTER.has(name) ? 1 : LESS_IS_BETTER.has(name) ? -1 : 0;
  if (sign === 0) return -1;
  const known = values.filter((value) => value !== null);
  const [first, second] = known.sort((one, other) => sign * Big(other).cmp(one));
  if (first === undefined || (second !== undefined && Big(first).eq(second))) return -1;
  return values.indexOf(first);
}
