// The names under which answers are cached; the first word is what a socket message invalidates.
import type { EquityPeriod } from './types';

export interface RecordFilter {
  bot_id?: string;
  symbol?: string;
  status?: string;
  limit?: number;
  offset?: number;
}

export const queryKeys = {
  me: ['me'] as const,
  configuration: ['configuration'] as const,
  exchanges: ['exchanges'] as const,
  markets: (exchange: string) => ['exchanges', exchange, 'markets'] as const,
  apiKeys: ['api-keys'] as const,
  strategies: ['strategies'] as const,
  bots: ['bots'] as const,
  botPage: (filter: RecordFilter & { sort?: string }) => ['bots', 'page', filter] as const,
  bot: (id: string) => ['bots', 'one', id] as const,
  chart: (botId: string, symbol: string) => ['charts', botId, symbol] as const,
  charts: ['charts'] as const,
  liveCandle: (exchange: string, symbol: string, timeframe: string) =>
    ['live-candles', exchange, symbol, timeframe] as const,
  evaluations: (botId: string) => ['evaluations', botId] as const,
  trades: ['trades'] as const,
  tradePage: (filter: RecordFilter) => ['trades', filter] as const,
  orders: ['orders'] as const,
  orderPage: (filter: RecordFilter) => ['orders', filter] as const,
  positions: ['positions'] as const,
  positionPage: (filter: RecordFilter) => ['positions', filter] as const,
  decisions: ['decisions'] as const,
  decisionPage: (filter: RecordFilter) => ['decisions', filter] as const,
  portfolio: ['portfolio'] as const,
  equity: (period: EquityPeriod) => ['equity', period] as const,
  equityCurves: ['equity'] as const,
  tickers: (exchange: string) => ['tickers', exchange] as const,
};
