// The rules of a bot besides its strategy, as texts of a form and as the API takes them.
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
export const KIND_NAMES: Record<BotKind, string> = { signal: 'Signal', dca: 'DCA', grid: 'Grid' };

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
  values.kind = given.kind ?? values.kind;
  values.sizing = given.sizing ?? values.sizing;
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
    dca_start: dca.start ?? 'signal',
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
    grid_spacing: grid.spacing ?? 'arithmetic',
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

/** Whether a strategy decides at all: grids follow their lines, and a DCA bot may buy without being told. */
export function asksStrategy({ kind, dca }: Pick<ApiRules, 'kind' | 'dca'>): boolean {
  return kind !== 'grid' && !(kind === 'dca' && dca?.start === 'at_once');
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
