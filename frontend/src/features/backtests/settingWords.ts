// The settings of a run as names and texts.
import Big from 'big.js';
import type { Strategy } from '../../api/types';
import { strategyTitle } from './words';

const TITLES: Record<string, string> = {
  start: 'From',
  end: 'To',
  exchange: 'Exchange',
  symbol: 'Market',
  timeframe: 'Time frame',
  strategy: 'Strategy',
  initial_balance: 'Initial balance',
  fee_rate: 'Taker fee',
  maker_fee_rate: 'Maker fee',
  slippage: 'Slippage',
  spread: 'Spread',
  kind: 'Kind',
  sizing: 'Sizing',
  base_amount: 'Amount per trade',
  equity_percentage: 'Share of the equity',
  risk_per_trade: 'Risk per trade',
  max_position_amount: 'Largest position',
  stop_loss_percentage: 'Stop loss',
  take_profit_percentage: 'Take profit',
  trailing_stop_percentage: 'Trailing stop',
  cooldown_minutes: 'Pause after a sale',
  max_daily_trades: 'Entries a day',
  daily_loss_limit: 'Daily loss limit',
  max_drawdown: 'Drawdown limit',
  max_open_positions: 'Open positions',
  close_on_breach: 'Sells at a limit',
};

const UNITS: Record<string, string> = {
  equity_percentage: ' %',
  risk_per_trade: ' %',
  stop_loss_percentage: ' %',
  take_profit_percentage: ' %',
  trailing_stop_percentage: ' %',
  daily_loss_limit: ' %',
  max_drawdown: ' %',
  cooldown_minutes: ' min',
};

const RATES: ReadonlySet<string> = new Set(['fee_rate', 'maker_fee_rate', 'slippage', 'spread']);

export interface SettingWords {
  name: string;
  title: string;
  text: string;
}

/** A setting's name in words: "strategy_config.short_period" is "Short period". */
export function settingTitle(name: string): string {
  const known = TITLES[name];
  if (known) return known;
  const last = name.split('.').at(-1) ?? name;
  const words = last.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function settingText(name: string, value: unknown, strategies: readonly Strategy[] = []): string {
  if (name === 'strategy') return strategyTitle(String(value), strategies);
  if (RATES.has(name) && value != null)
    return `${Big(value as string)
      .times(100)
      .toFixed()} %`;
  return describeValue(value) + (value == null ? '' : (UNITS[name] ?? ''));
}

/** Every setting that is set. */
export function settingsOf(configuration: object, strategies: readonly Strategy[] = []): SettingWords[] {
  return flat(configuration)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => ({
      name,
      title: settingTitle(name),
      text: settingText(name, value, strategies),
    }));
}
/** Names and values; those of nested objects by dotted names. */
export function flat(settings: object, before = ''): [string, unknown][] {
  return Object.entries(settings).flatMap(([name, value]: [string, unknown]): [string, unknown][] => {
    const path = before + name;
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && before === '') {
      return flat(value, `${path}.`);
    }
    return [[path, value]];
  });
}

/** A value of a setting in words; structures as JSON. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return JSON.stringify(value);
}
