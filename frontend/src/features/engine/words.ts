// The trading record's codes in words.
import type { Order, Trade } from '../../api/types';

export const PURPOSE_WORDS: Record<Trade['purpose'], string> = {
  entry: 'Entry',
  exit_signal: 'Exit by signal',
  stop_loss: 'Stop loss',
  take_profit: 'Take profit',
  trailing_stop: 'Trailing stop',
  safety_order: 'Safety order',
  grid_line: 'Grid line',
  risk_exit: 'Loss limit',
  manual: 'By hand',
};

export const ORDER_WORDS: Record<Order['status'], string> = {
  intended: 'Intended',
  submitting: 'Being sent',
  open: 'Open',
  partially_filled: 'Partly filled',
  filled: 'Filled',
  canceled: 'Canceled',
  rejected: 'Refused',
  expired: 'Expired',
  review: 'Under review',
};

const ORDER_TYPE_WORDS: Record<string, string> = {
  market: 'Market',
  limit: 'Limit',
  stop_limit: 'Stop limit',
};

export function orderTypeWords(type: string): string {
  return ORDER_TYPE_WORDS[type] ?? type.replaceAll('_', ' ');
}

const CLOSE_WORDS: Record<string, string> = PURPOSE_WORDS;

export function closeWords(reason: string | null): string | null {
  return reason === null ? null : (CLOSE_WORDS[reason] ?? reason.replaceAll('_', ' '));
}

const OUTCOME_WORDS: Record<string, string> = {
  acted: 'Acted',
  hold: 'Waits',
  already_long: 'Holds already',
  nothing_to_sell: 'Holds nothing',
  balance: 'Balance too small',
  below_minimum: 'Order too small',
  order_pending: 'Order under way',
  stop_loss: 'Stop loss',
  take_profit: 'Take profit',
  trading_window: 'Outside trading hours',
  cooldown: 'Pauses after a sale',
  daily_trade_limit: 'Entries of today used up',
  daily_loss_limit: 'Daily loss limit',
  max_drawdown: 'Drawdown limit',
  max_open_positions: 'Too many open positions',
  position_size: 'Largest position reached',
  exchange_halted: 'Exchange halted',
  outside_range: 'Outside the grid’s range',
  range_left: 'Range left for good',
  paused: 'Paused',
  market_too_thin: 'Market too thin',
  spread_too_wide: 'Spread too wide',
  halted_by_switch: 'Trading switched off',
  entitlement: 'Not in your plan',
  ignored: 'Passed over',
};

/** What came of a decision; a check that this page does not know is shown by its name. */
export function outcomeWords(outcome: string): string {
  const known = OUTCOME_WORDS[outcome];
  if (known) return known;
  const words = outcome.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const ACTION_WORDS = { buy: 'Buy', sell: 'Sell', hold: 'Hold' } as const;
