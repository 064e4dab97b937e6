// Stored rules at a glance: each that is set, with its value as text.
import { formatMoney, formatPercent, formatPrice } from '../../formatting';
import type { ApiRules } from './rulesForm';

export interface RuleRow {
  title: string;
  value: string;
}

const PERCENTAGES: readonly [keyof ApiRules, string][] = [
  ['stop_loss_percentage', 'stop loss'],
  ['take_profit_percentage', 'take profit'],
  ['trailing_stop_percentage', 'trailing stop'],
  ['daily_loss_limit', 'daily loss limit'],
  ['max_drawdown', 'drawdown limit'],
];

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

export function ruleRows(rules: Partial<ApiRules>, quote: string, locale: string): RuleRow[] {
  const rows: RuleRow[] = [{ title: sizeTitle(rules), value: sizeOf(rules, quote, locale) }];
  for (const [name, title] of PERCENTAGES) {
    const value = rules[name];
    if (typeof value === 'string') rows.push({ title, value: formatPercent(value, locale) });
  }
  if (rules.max_position_amount != null) {
    rows.push({
      title: 'largest position',
      value: `${formatMoney(rules.max_position_amount, locale)} ${quote}`,
    });
  }
  if (rules.cooldown_minutes != null)
    rows.push({ title: 'pause after a sale', value: `${String(rules.cooldown_minutes)} min` });
  if (rules.max_daily_trades != null)
    rows.push({ title: 'entries a day', value: String(rules.max_daily_trades) });
  if (rules.max_open_positions != null)
    rows.push({ title: 'open positions', value: String(rules.max_open_positions) });
  return [...rows, ...windowRows(rules), ...kindRows(rules, quote, locale)];
}

function sizeTitle({ kind, sizing }: Partial<ApiRules>): string {
  if (kind === 'grid') return 'amount per line';
  if (sizing === 'percent') return 'share of the equity';
  return sizing === 'risk' ? 'risk per trade' : 'amount per trade';
}

function sizeOf(
  { sizing, base_amount, equity_percentage, risk_per_trade }: Partial<ApiRules>,
  quote: string,
  locale: string,
): string {
  if (sizing === 'percent' && equity_percentage != null) return formatPercent(equity_percentage, locale);
  if (sizing === 'risk' && risk_per_trade != null) return formatPercent(risk_per_trade, locale);
  return `${formatMoney(base_amount ?? '0', locale)} ${quote}`;
}

function windowRows({ trading_window: window }: Partial<ApiRules>): RuleRow[] {
  if (!window) return [];
  const open = new Set(window.days ?? [0, 1, 2, 3, 4, 5, 6]);
  const days = open.size === 7 ? 'daily' : DAYS.filter((_, day) => open.has(day)).join(' ');
  return [
    {
      title: 'trading hours',
      value: `${days} ${window.start ?? '00:00'} to ${window.end ?? '00:00'} ${window.timezone ?? 'UTC'}`,
    },
  ];
}

function kindRows({ kind, dca, grid }: Partial<ApiRules>, quote: string, locale: string): RuleRow[] {
  if (kind === 'dca' && dca) {
    const scales = `steps × ${dca.step_scale ?? '1'}, amounts × ${dca.volume_scale ?? '1'}`;
    return [
      {
        title: 'safety orders',
        value: `${String(dca.safety_orders ?? 0)}, the first ${formatPercent(dca.deviation_percentage ?? '1', locale)} below`,
      },
      { title: 'scales', value: scales },
    ];
  }
  if (kind === 'grid' && grid) {
    const range = `${formatPrice(grid.lower_price, locale)} to ${formatPrice(grid.upper_price, locale)} ${quote}`;
    return [
      { title: 'range', value: range },
      { title: 'intervals', value: `${String(grid.intervals ?? 10)}, ${grid.spacing ?? 'arithmetic'}` },
    ];
  }
  return [];
}
