// The API's shapes by the names the page uses; all of them come from the generated document.
import type { components } from './schema';

type Schemas = components['schemas'];

export type User = Schemas['User'];
export type Login = Schemas['Login'];
export type Challenge = Schemas['Challenge'];
export type SecondFactorLogin = Schemas['SecondFactorLogin'];
export type SecondFactor = Schemas['SecondFactor'];
export type Enrolment = Schemas['Enrolment'];
export type RecoveryCodes = Schemas['RecoveryCodes'];
export type PasswordAndCode = Schemas['PasswordAndCode'];
export type EmailChange = Schemas['EmailChange'];
export type NewPassword = Schemas['NewPassword'];
export type Deletion = Schemas['Deletion'];
export type Registration = Schemas['Registration'];
export type Credentials = Schemas['Credentials'];
export type ProfileChange = Schemas['ProfileChange'];

export type Exchange = Schemas['Exchange'];
export type Market = Schemas['Market'];
export type KeyRotation = Schemas['KeyRotation'];
export type NewApiKey = Schemas['NewApiKey'];

export type ApiKey = Schemas['ApiKey'];

export type Strategy = Schemas['Strategy'];
export type Bot = Schemas['Bot'];
export type NewBot = Schemas['NewBot'];
export type BotChange = Schemas['BotChange'];
export type BotStatus = Bot['status'];
export type PreviewRequest = Schemas['Preview'];
export type Preview = Schemas['PreviewAnswer'];

export type LoginDevice = Schemas['LoginDevice'];
export type PasswordChange = Schemas['PasswordChange'];
export type AccessToken = Schemas['AccessToken'];
export type AuditEntry = Schemas['AuditEntry'];
export type NewAccessToken = Schemas['NewAccessToken'];
export type MadeAccessToken = Schemas['MadeAccessToken'];

export type Trade = Schemas['Trade'];
export type Order = Schemas['Order'];
export type RestingOrder = Schemas['RestingOrder'];
export type Position = Schemas['Position'];
export type Decision = Schemas['Decision'];
export type Evaluation = Schemas['Evaluation'];

export type Accepted = Schemas['Accepted'];
export type PanicAnswer = Schemas['PanicAnswer'];
export type PromotionCheck = Schemas['PromotionCheck'];
export type GoLive = Schemas['GoLive'];

export type Switches = Schemas['Switches'];
export type Limit = Schemas['Limit'];

export type SignalHook = Schemas['Hook'];
export type NewSignalHook = Schemas['NewHook'];
export type IncomingSignal = Schemas['IncomingSignal'];

export type Drift = Schemas['Drift'];
export type AccountComparison = Schemas['Comparison'];

export type Truth = Schemas['Truth'];
export type Course = Schemas['Course'];
export type TruthComparison = Schemas['TruthComparison'];
export type DealPair = Schemas['DealPair'];
export type Deal = Schemas['Deal'];

export type Chart = Schemas['Chart'];
export type Candle = Schemas['Candle'];
export type IndicatorLine = Schemas['IndicatorLine'];

export type Portfolio = Schemas['Portfolio'];
export type Equity = Schemas['Equity'];
export type EquityPoint = Schemas['EquityPoint'];
export type EquityPeriod = '1D' | '1W' | '1M' | '1Y' | 'ALL';

export type Ticker = Schemas['Ticker'];

export type RunStatus = Schemas['Backtest']['status'];
export type RunSummary = Schemas['Summary'];
export type RunSettings = Schemas['RunSettings'];
export type Backtest = Schemas['Backtest'];
export type OneBacktest = Schemas['OneBacktest'];
export type NewBacktest = Schemas['NewBacktest'];
export type BacktestResult = Schemas['Result'];
export type BacktestTrade = Schemas['BacktestTrade'];
export type Compared = Schemas['Compared'];
export type Curve = Schemas['Curve'];
export type Fill = Schemas['Fill'];
export type Metric = Schemas['Metric'];
export type Month = Schemas['Month'];
export type ReasonTotal = Schemas['ReasonTotal'];
export type Bands = Schemas['Bands'];
export type Grade = Schemas['Grade'];
export type RunCandles = Schemas['RunCandles'];
export type BotDraft = Schemas['BotDraft'];

export type Optimization = Schemas['Optimization'];
export type OneOptimization = Schemas['OneOptimization'];
export type OptimizationResult = Schemas['OptimizationResult'];
export type Fold = Schemas['Fold'];
export type Trial = Schemas['Trial'];
export type SearchRange = Schemas['Range'];
export type SearchMethod = Optimization['method'];
export type Objective = Optimization['objective'];
export type NewOptimization = Schemas['NewOptimization'];
export type HeatMap = Schemas['HeatMap'];

export type Holding = Schemas['Holding'];
export type Download = Schemas['Download'];
export type NewDownload = Schemas['NewDownload'];

/** One page of a list; `total` counts the whole list. */
export interface Page<Item> {
  items: Item[];
  total: number;
  limit: number;
  offset: number;
  has_next: boolean;
  has_prev: boolean;
}

export interface FieldProblem {
  field: string;
  message: string;
}

export interface ErrorAnswer {
  success: false;
  error: string;
  code: string;
  details: FieldProblem[];
  request_id?: string | null;
}
