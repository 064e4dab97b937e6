// The API's shapes by the names the page uses; all of them come from the generated document.
import type { components } from './schema';

type Schemas = components['schemas'];

export type User = Schemas['User'];
export type Login = Schemas['Login'];
export type Registration = Schemas['Registration'];
export type Credentials = Schemas['Credentials'];
export type ProfileChange = Schemas['ProfileChange'];

export type Exchange = Schemas['Exchange'];
export type Market = Schemas['Market'];
export type NewApiKey = Schemas['NewApiKey'];

export interface KeyPermissions {
  can_trade: boolean;
  /** null where the exchange does not tell. */
  can_withdraw: boolean | null;
}

export type ApiKey = Omit<Schemas['ApiKey'], 'permissions'> & { permissions: KeyPermissions };

export type Strategy = Schemas['Strategy'];
export type Bot = Schemas['Bot'];
export type NewBot = Schemas['NewBot'];
export type BotChange = Schemas['BotChange'];
export type BotStatus = Bot['status'];

export type Trade = Schemas['Trade'];
export type Order = Schemas['Order'];
export type Position = Schemas['Position'];
export type Decision = Schemas['Decision'];
export type Evaluation = Schemas['Evaluation'];

export type Chart = Schemas['Chart'];
export type Candle = Schemas['Candle'];
export type IndicatorLine = Schemas['IndicatorLine'];

export type Portfolio = Schemas['Portfolio'];
export type Equity = Schemas['Equity'];
export type EquityPoint = Schemas['EquityPoint'];
export type EquityPeriod = '1D' | '1W' | '1M' | '1Y' | 'ALL';

export type Ticker = Schemas['Ticker'];

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
