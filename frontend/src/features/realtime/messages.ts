// What the server says over the socket, by the name of each message.
import type { Bot, Candle, Decision, Order, Position, Trade } from '../../api/types';

export interface PriceUpdate {
  exchange: string;
  symbol: string;
  price: string;
  at: string;
}

export interface CandleUpdate extends Candle {
  exchange: string;
  symbol: string;
  timeframe: string;
  closed: boolean;
}

export type BotStatusUpdate = Pick<Bot, 'id' | 'status' | 'status_reason' | 'is_running'>;

export interface ServerMessages {
  price_update: (message: PriceUpdate) => void;
  candle: (message: CandleUpdate) => void;
  bot_status: (message: BotStatusUpdate) => void;
  trade_executed: (message: Trade) => void;
  order_updated: (message: Order) => void;
  position_updated: (message: Position) => void;
  position_closed: (message: Position) => void;
  decision: (message: Decision) => void;
}

export interface ClientMessages {
  subscribe_ticker: (wish: TickerWish) => void;
  unsubscribe_ticker: (wish: TickerWish) => void;
  subscribe_candles: (wish: CandlesWish) => void;
  unsubscribe_candles: (wish: CandlesWish) => void;
}

export interface TickerWish {
  exchange: string;
  symbol: string;
}

export interface CandlesWish extends TickerWish {
  timeframe: string;
}
