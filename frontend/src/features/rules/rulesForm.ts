// The rules of a bot besides its strategy, as texts of a form and as the API takes them.
import { isDecimal, signOf } from '../../formatting';
import * as z from '../../validation';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];
export type ApiRules = Pick<
  Schemas['NewBot'],
  | 'kind'
  | 'sizing'
  | 'base_amount'
  | 'equity_percentage'
  | 'risk_per_trade'
  | 'max_position_amount'
  | 'stop_loss_percentage'
  | 'take_profit_percentage'
  | 'trailing_stop_percentage'
  | 'cooldown_minutes'
  | 'max_daily_trades'
  | 'daily_loss_limit'
  | 'max_drawdown'
  | 'max_open_positions'
  | 'close_on_breach'
  | 'trading_window'
  | 'dca'
  | 'grid'
>;

export type BotKind = 'signal' | 'dca' | 'grid';
export type Sizing = 'fixed' | 'percent' | 'risk';

export interface RuleValues {
  kind: BotKind;
  sizing: Sizing;
  base_amount: string;
  equity_percentage: string;
  risk_per_trade: string;
  max_position_amount: string;
  stop_loss_percentage: string;
  take_profit_percentage: string;
  trailing_stop_percentage: string;
  cooldown_minutes: string;
  max_daily_trades: string;
  daily_loss_limit: string;
  max_drawdown: string;
  max_open_positions: string;
  close_on_breach: boolean;
  has_window: boolean;
  /** Monday first. */
  window_days: boolean[];
  window_start: string;
  window_end: string;
  window_timezone: string;
  dca_start: 'signal' | 'at_once';
  dca_safety_orders: string;
  dca_safety_amount: string;
  dca_deviation_percentage: string;
  dca_step_scale: string;
  dca_volume_scale: string;
  grid_lower_price: string;
  grid_upper_price: string;
  grid_intervals: string;
  grid_spacing: 'arithmetic' | 'geometric';
}

export function emptyRules(timezone = 'UTC'): RuleValues {
  return {
    kind: 'signal',
    sizing: 'fixed',
    base_amount: '100',
    equity_percentage: '10',
    risk_per_trade: '1',
    max_position_amount: '',
    stop_loss_percentage: '2',
    take_profit_percentage: '3',
    trailing_stop_percentage: '',
    cooldown_minutes: '',
    max_daily_trades: '',
    daily_loss_limit: '',
    max_drawdown: '',
    max_open_positions: '',
    close_on_breach: true,
    has_window: false,
    window_days: [true, true, true, true, true, true, true],
    window_start: '00:00',
    window_end: '00:00',
    window_timezone: timezone,
    dca_start: 'signal',
    dca_safety_orders: '5',
    dca_safety_amount: '',
    dca_deviation_percentage: '1',
    dca_step_scale: '1',
    dca_volume_scale: '1',
    grid_lower_price: '',
    grid_upper_price: '',
    grid_intervals: '10',
    grid_spacing: 'arithmetic',
  };
}

const OPTIONAL = [
  'max_position_amount',
  'stop_loss_percentage',
  'take_profit_percentage',
  'trailing_stop_percentage',
  'daily_loss_limit',
  'max_drawdown',
] as const;
const OPTIONAL_COUNTS = ['cooldown_minutes', 'max_daily_trades', 'max_open_positions'] as const;

/** Stored rules as texts; what is missing is as in an empty form, but for what is optional, which is none. */
export function rulesFrom(api: object, timezone = 'UTC'): RuleValues {
  const given = api as Partial<ApiRules>;
  const values = emptyRules(timezone);
  values.kind = (given.kind as BotKind | undefined) ?? values.kind;
  values.sizing = (given.sizing as Sizing | undefined) ?? values.sizing;
  values.base_amount = given.base_amount ?? values.base_amount;
  values.equity_percentage = given.equity_percentage ?? values.equity_percentage;
  values.risk_per_trade = given.risk_per_trade ?? values.risk_per_trade;
  for (const name of OPTIONAL) values[name] = given[name] ?? '';
  for (const name of OPTIONAL_COUNTS) values[name] = given[name] == null ? '' : String(given[name]);
  values.close_on_breach = given.close_on_breach ?? true;
  return { ...values, ...windowFrom(given), ...dcaFrom(given), ...gridFrom(given) };
}

function windowFrom({ trading_window: window }: Partial<ApiRules>): Partial<RuleValues> {
  if (!window) return {};
  const days = new Set(window.days ?? [0, 1, 2, 3, 4, 5, 6]);
  return {
    has_window: true,
    window_days: [0, 1, 2, 3, 4, 5, 6].map((day) => days.has(day)),
    window_start: window.start ?? '00:00',
    window_end: window.end ?? '00:00',
    window_timezone: window.timezone ?? 'UTC',
  };
}

function dcaFrom({ dca }: Partial<ApiRules>): Partial<RuleValues> {
  if (!dca) return {};
  return {
    dca_start: (dca.start as RuleValues['dca_start'] | undefined) ?? 'signal',
    dca_safety_orders: String(dca.safety_orders ?? 5),
    dca_safety_amount: dca.safety_amount ?? '',
    dca_deviation_percentage: dca.deviation_percentage ?? '1',
    dca_step_scale: dca.step_scale ?? '1',
    dca_volume_scale: dca.volume_scale ?? '1',
  };
}

function gridFrom({ grid }: Partial<ApiRules>): Partial<RuleValues> {
  if (!grid) return {};
  return {
    grid_lower_price: grid.lower_price,
    grid_upper_price: grid.upper_price,
    grid_intervals: String(grid.intervals ?? 10),
    grid_spacing: (grid.spacing as RuleValues['grid_spacing'] | undefined) ?? 'arithmetic',
  };
}

/** What is sent. What the chosen kind and sizing do not use is left out. */
export function toRules(values: RuleValues): ApiRules {
  const decimal = (text: string) => text.trim() || null;
  const count = (text: string) => (text.trim() === '' ? null : Number(text.trim()));
  const fixed = values.kind === 'grid' || values.sizing === 'fixed';
  return {
    kind: values.kind,
    sizing: values.kind === 'grid' ? 'fixed' : values.sizing,
    base_amount: values.base_amount.trim(),
    equity_percentage: !fixed && values.sizing === 'percent' ? decimal(values.equity_percentage) : null,
    risk_per_trade: !fixed && values.sizing === 'risk' ? decimal(values.risk_per_trade) : null,
    ...(Object.fromEntries(OPTIONAL.map((name) => [name, decimal(values[name])])) as Record<
      (typeof OPTIONAL)[number],
      string | null
    >),
    ...(Object.fromEntries(OPTIONAL_COUNTS.map((name) => [name, count(values[name])])) as Record<
      (typeof OPTIONAL_COUNTS)[number],
      number | null
    >),
    close_on_breach: values.close_on_breach,
    trading_window: values.has_window
      ? {
          days: values.window_days.flatMap((open, day) => (open ? [day] : [])),
          start: values.window_start,
          end: values.window_end,
          timezone: values.window_timezone.trim(),
        }
      : null,
    dca:
      values.kind === 'dca'
        ? {
            start: values.dca_start,
            safety_orders: Number(values.dca_safety_orders),
            safety_amount: decimal(values.dca_safety_amount),
            deviation_percentage: values.dca_deviation_percentage.trim(),
            step_scale: values.dca_step_scale.trim(),
            volume_scale: values.dca_volume_scale.trim(),
          }
        : null,
    grid:
      values.kind === 'grid'
        ? {
            lower_price: values.grid_lower_price.trim(),
            upper_price: values.grid_upper_price.trim(),
            intervals: Number(values.grid_intervals),
            spacing: values.grid_spacing,
          }
        : null,
  };
}

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

const NESTED: Record<string, string> = {
  'trading_window.days': 'window_days',
  'trading_window.start': 'window_start',
  'trading_window.end': 'window_end',
  'trading_window.timezone': 'window_timezone',
};

/** The form's field below `rules` for one of the API's; null where it is none of the rules. */
export function ruleField(name: string): string | null {
  if (NESTED[name]) return NESTED[name];
  if (name.startsWith('trading_window')) return 'window_days';
  const [group, part] = name.split('.');
  if (group === 'dca' || group === 'grid') {
    const field = `${group}_${part ?? (group === 'dca' ? 'safety_orders' : 'lower_price')}`;
    return field in emptyRules() ? field : null;
  }
  return name in emptyRules() ? name : null;
}

/** Whether any limit beyond stop and target is set. */
export function hasLimits(values: RuleValues): boolean {
  return [
    values.cooldown_minutes,
    values.max_daily_trades,
    values.daily_loss_limit,
    values.max_drawdown,
    values.max_open_positions,
    values.max_position_amount,
  ].some((text) => text.trim() !== '');
}
