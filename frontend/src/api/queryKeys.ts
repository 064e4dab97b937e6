// The names under which answers are cached; the first word is what a socket message invalidates.
import type { EquityPeriod } from './types';

export interface RecordFilter {
  bot_id?: string;
  symbol?: string;
  status?: string;
  limit?: number;
  offset?: number;
}

export interface RunFilter {
  status?: string;
  sort?: string;
  limit?: number;
  offset?: number;
}

export interface DriftFilter {
  bot_id?: string;
  state?: 'open';
  limit: number;
  offset: number;
}

/** From when to before when, as ISO moments; everything where neither is given. */
export interface Span {
  since?: string;
  until?: string;
}

export const queryKeys = {
  me: ['me'] as const,
  configuration: ['configuration'] as const,
  logins: ['logins'] as const,
  secondFactor: ['second-factor'] as const,
  accessTokens: ['access-tokens'] as const,
  auditLog: ['audit-log'] as const,
  auditPage: (offset: number) => ['audit-log', offset] as const,
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
  restingOrders: ['resting-orders'] as const,
  botRestingOrders: (botId: string) => ['resting-orders', botId] as const,
  positions: ['positions'] as const,
  positionPage: (filter: RecordFilter) => ['positions', filter] as const,
  decisions: ['decisions'] as const,
  decisionPage: (filter: RecordFilter) => ['decisions', filter] as const,
  checklist: (botId: string, keyId: string, money: string) => ['checklists', botId, keyId, money] as const,
  switches: ['switches'] as const,
  limits: ['limits'] as const,
  drifts: ['drifts'] as const,
  driftPage: (filter: DriftFilter) => ['drifts', filter] as const,
  comparisons: ['comparisons'] as const,
  signalHook: (botId: string) => ['signal-hooks', botId] as const,
  signals: ['signals'] as const,
  signalPage: (botId: string, offset: number) => ['signals', botId, offset] as const,
  truth: (botId: string) => ['truth', botId] as const,
  preview: (request: object | null) => ['bot-preview', request] as const,
  portfolio: ['portfolio'] as const,
  equity: (period: EquityPeriod) => ['equity', period] as const,
  equityCurves: ['equity'] as const,
  backtests: ['backtests'] as const,
  backtestPages: ['backtests', 'page'] as const,
  backtestPage: (filter: RunFilter) => ['backtests', 'page', filter] as const,
  backtest: (id: string) => ['backtests', 'one', id] as const,
  /** What came of a complete run never changes. */
  backtestResult: (id: string) => ['backtest-results', id] as const,
  backtestCurve: (id: string) => ['backtest-curves', id] as const,
  backtestTrades: (id: string, filter: RunFilter) => ['backtest-trades', id, filter] as const,
  backtestFills: (id: string, span: Span) => ['backtest-fills', id, span] as const,
  backtestCandles: (id: string, span: Span) => ['backtest-candles', id, span] as const,
  comparison: (ids: string) => ['backtest-comparisons', ids] as const,
  optimizations: ['optimizations'] as const,
  optimizationPages: ['optimizations', 'page'] as const,
  optimizationPage: (filter: RunFilter) => ['optimizations', 'page', filter] as const,
  optimization: (id: string) => ['optimizations', 'one', id] as const,
  heatMap: (id: string, x: string, y: string) => ['heat-maps', id, x, y] as const,
  holdings: ['holdings'] as const,
  downloads: ['downloads'] as const,
  download: (id: string) => ['downloads', id] as const,
  tickers: (exchange: string) => ['tickers', exchange] as const,
};
