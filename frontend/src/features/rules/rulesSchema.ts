// When the rules of a form are good.
import { isDecimal, signOf } from '../../formatting';
import * as z from '../../validation';
import type { RuleValues } from './rulesForm';

const POINT = 'Write a number with a point, for example 0.5.';

function problemWithDecimal(text: string, most: number, what: string): string | null {
  if (!isDecimal(text)) return POINT;
  return signOf(text.trim()) > 0 && Number(text) <= most ? null : what;
}

function problemWithCount(text: string, least: number, most: number): string | null {
  const good = /^\d+$/.test(text.trim()) && Number(text) >= least && Number(text) <= most;
  return good ? null : `A whole number from ${String(least)} to ${String(most)}.`;
}

const TOO_SMALL = 'The amount must be more than zero.';
const PER_CENT = 'More than 0 and less than 100 per cent, or empty for none.';

type Rule = [name: keyof RuleValues, problem: (values: RuleValues) => string | null];

const amount = (name: keyof RuleValues): Rule => [
  name,
  (values) => problemWithDecimal(values[name] as string, Infinity, TOO_SMALL),
];

const optional = (name: keyof RuleValues, most: number, words = PER_CENT): Rule => [
  name,
  (values) => {
    const text = values[name] as string;
    return text.trim() === '' ? null : problemWithDecimal(text, most, words);
  },
];

const optionalCount = (name: keyof RuleValues, most: number): Rule => [
  name,
  (values) => {
    const text = values[name] as string;
    return text.trim() === '' ? null : problemWithCount(text, 1, most);
  },
];

const ALWAYS: readonly Rule[] = [
  optional('max_position_amount', Infinity, TOO_SMALL),
  optional('stop_loss_percentage', 99.99),
  optional('take_profit_percentage', 10_000, 'More than 0 and at most 10000 per cent, or empty for none.'),
  optional('trailing_stop_percentage', 99.99),
  optional('daily_loss_limit', 99.99),
  optional('max_drawdown', 99.99),
  optionalCount('cooldown_minutes', 525_600),
  optionalCount('max_daily_trades', 10_000),
  optionalCount('max_open_positions', 100),
  [
    'window_days',
    (values) => (values.has_window && !values.window_days.includes(true) ? 'Choose a day.' : null),
  ],
];

const OF_DCA: readonly Rule[] = [
  ['dca_safety_orders', (values) => problemWithCount(values.dca_safety_orders, 0, 50)],
  optional('dca_safety_amount', Infinity, TOO_SMALL),
  [
    'dca_deviation_percentage',
    (values) => problemWithDecimal(values.dca_deviation_percentage, 99.99, PER_CENT),
  ],
  ['dca_step_scale', (values) => problemWithDecimal(values.dca_step_scale, 10, 'From 0.1 to 10.')],
  ['dca_volume_scale', (values) => problemWithDecimal(values.dca_volume_scale, 10, 'From 0.1 to 10.')],
];

const OF_GRID: readonly Rule[] = [
  amount('grid_lower_price'),
  amount('grid_upper_price'),
  ['grid_intervals', (values) => problemWithCount(values.grid_intervals, 1, 100)],
];

function rulesInForce(values: RuleValues): Rule[] {
  const found = [...ALWAYS];
  if (values.kind === 'grid' || values.sizing === 'fixed') found.push(amount('base_amount'));
  else if (values.sizing === 'percent') {
    found.push([
      'equity_percentage',
      (one) => problemWithDecimal(one.equity_percentage, 100, 'More than 0 and at most 100.'),
    ]);
  } else {
    found.push([
      'risk_per_trade',
      (one) => problemWithDecimal(one.risk_per_trade, 99.99, 'More than 0 and less than 100.'),
    ]);
  }
  if (values.kind === 'dca') found.push(...OF_DCA);
  if (values.kind === 'grid') found.push(...OF_GRID);
  return found;
}

/** What is wrong with the rules by themselves; what only prices and fees tell, the server says. */
export const rulesSchema = z.custom<RuleValues>().superRefine((values, context) => {
  for (const [name, problem] of rulesInForce(values)) {
    const message = problem(values);
    if (message) context.addIssue({ code: 'custom', path: [name], message });
  }
});
