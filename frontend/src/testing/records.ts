// Answers of the API as tests need them.
import type { ApiKey, Bot, Exchange, Order, Page, Position, Strategy, Trade } from '../api/types';

export function aTrade(change: Partial<Trade> = {}): Trade {
  return {
    id: 'trade-1',
    bot_id: 'bot-1',
    bot_name: 'Bitcoin minutes',
    order_id: 'order-1',
    symbol: 'BTC/USDT',
    type: 'buy',
    purpose: 'entry',
    price: '50000',
    quantity: '0.002',
    amount: '100',
    fee: '0.1',
    fee_charged: '0.1',
    fee_currency: 'USDT',
    profit_loss: null,
    status: 'executed',
    executed_at: '2026-01-01T00:00:00Z',
    ...change,
  };
}

export function anOrder(change: Partial<Order> = {}): Order {
  return {
    id: 'order-1',
    bot_id: 'bot-1',
    client_order_id: 'tf-1',
    exchange_order_id: '77',
    symbol: 'BTC/USDT',
    side: 'buy',
    type: 'limit',
    purpose: 'grid_line',
    quantity: '0.002',
    price: '49000',
    filled_quantity: '0',
    average_price: null,
    fee: '0',
    status: 'open',
    attempts: 1,
    error: null,
    intended_at: '2026-01-01T00:00:00Z',
    submitted_at: '2026-01-01T00:00:01Z',
    finished_at: null,
    ...change,
  };
}

export function aPosition(change: Partial<Position> = {}): Position {
  return {
    id: 'position-1',
    bot_id: 'bot-1',
    bot_name: 'Bitcoin minutes',
    symbol: 'BTC/USDT',
    side: 'long',
    quantity: '0.002',
    entry_price: '50000',
    stop_price: '49000',
    take_profit_price: '51500',
    mark_price: '50100',
    unrealized_pnl: '0.1',
    realized_pnl: '0',
    fees: '0.1',
    opened_at: '2026-01-01T00:00:00Z',
    closed_at: null,
    close_reason: null,
    ...change,
  };
}

export function aBot(change: Partial<Bot> = {}): Bot {
  return {
    id: 'bot-1',
    name: 'Bitcoin minutes',
    description: null,
    kind: 'signal',
    exchange: 'binance',
    symbols: ['BTC/USDT'],
    strategy: 'sma_crossover',
    strategy_config: { long_period: 30, short_period: 10 },
    timeframe: '1m',
    sizing: 'fixed',
    base_amount: '100',
    equity_percentage: null,
    risk_per_trade: null,
    max_position_amount: null,
    stop_loss_percentage: '2',
    take_profit_percentage: null,
    trailing_stop_percentage: null,
    cooldown_minutes: null,
    max_daily_trades: null,
    daily_loss_limit: null,
    max_drawdown: null,
    max_open_positions: null,
    close_on_breach: true,
    trading_window: null,
    dca: null,
    grid: null,
    is_paper_trading: true,
    api_key_id: null,
    paper_balance: '10000',
    stop_on_exchange: false,
    status: 'stopped',
    status_reason: null,
    is_running: false,
    total_trades: 0,
    winning_trades: 0,
    total_profit_loss: '0',
    started_at: null,
    last_run_at: null,
    next_look_by: null,
    promoted_from: null,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    ...change,
  };
}

export function aStrategy(change: Partial<Strategy> = {}): Strategy {
  return {
    name: 'sma_crossover',
    title: 'SMA crossover',
    summary: 'Follows the trend.',
    signals_from_outside: false,
    parameters: {
      type: 'object',
      properties: {
        short_period: {
          type: 'integer',
          title: 'Short period',
          description: 'Candles in the fast average.',
          default: 10,
          minimum: 2,
          maximum: 500,
        },
        long_period: { type: 'integer', title: 'Long period', default: 30, minimum: 3, maximum: 1000 },
      },
      required: ['short_period', 'long_period'],
      additionalProperties: false,
    },
    ...change,
  };
}

export function anExchange(change: Partial<Exchange> = {}): Exchange {
  return {
    id: 'binance',
    name: 'Binance',
    is_sandbox: false,
    key_page_url: 'https://exchange.example/keys',
    key_guide: ['Make a key.'],
    key_fields: [
      { name: 'api_key', label: 'API key', help: '', is_multiline: false },
      { name: 'api_secret', label: 'Secret key', help: 'Shown only once.', is_multiline: false },
    ],
    trades: true,
    has_testnet: true,
    tells_rights: true,
    order_types: ['limit', 'market', 'stop_limit'],
    maker_fee: 0.001,
    taker_fee: 0.001,
    timeframes: ['1m', '1h'],
    ...change,
  };
}

export function anApiKey(change: Partial<ApiKey> = {}): ApiKey {
  return {
    id: 'key-1',
    exchange: 'binance',
    label: 'Main',
    masked_key: 'abcd…wxyz',
    is_testnet: false,
    status: 'valid',
    problem: null,
    trades_live: true,
    confirmed_at: null,
    permissions: { can_trade: true, can_withdraw: false, ip_restricted: null },
    last_used_at: null,
    rotated_at: null,
    frozen_until: null,
    last_checked_at: '2026-01-01T00:00:00Z',
    created_at: '2026-01-01T00:00:00Z',
    ...change,
  };
}

export function pageOf<Item>(items: Item[], change: Partial<Page<Item>> = {}): Page<Item> {
  return { items, total: items.length, limit: 20, offset: 0, has_next: false, has_prev: false, ...change };
}
