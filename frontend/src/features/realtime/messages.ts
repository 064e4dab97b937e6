// What the server says over the socket, by the name of each message.
import type { Bot, Candle, Decision, Download, Order, Position, RunStatus, Trade } from '../../api/types';

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

/** How far a backtest or an optimisation is; the last one of a run says how it ended. */
export interface RunProgress {
  id: string;
  kind: 'backtest' | 'optimization';
  name: string;
  status: RunStatus;
  /** Per cent, 0 to 100. */
  progress: number;
  step: string;
}

/** Trading was switched off or on by the user, from any of their pages. */
export interface TradingSwitched {
  scope: string;
  reason?: string;
}

/** A difference between ledger and exchange that two comparisons saw. */
export interface DriftConfirmed {
  id: string;
  bot_id: string | null;
  explanation: string;
}

export interface SignalReceived {
  id: string;
  bot_id: string;
}

export interface ServerMessages {
  price_update: (message: PriceUpdate) => void;
  candle: (message: CandleUpdate) => void;
  bot_status: (message: BotStatusUpdate) => void;
  trade_executed: (message: Trade) => void;
  order_updated: (message: Order) => void;
  position_updated: (message: Position) => void;
  position_closed: (message: Position) => void;
  decision: (message: Decision) => void;
  backtest_progress: (message: RunProgress) => void;
  download_progress: (message: Download) => void;
  trading_switched: (message: TradingSwitched) => void;
  drift_confirmed: (message: DriftConfirmed) => void;
  signal_received: (message: SignalReceived) => void;
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
