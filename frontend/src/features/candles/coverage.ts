// Which markets and periods the stored candles cover; longer candles are made of shorter ones.
import type { Holding } from '../../api/types';
import { timeframeInSeconds } from '../../formatting';

/** Seconds since 1970, from the first candle's beginning to the last one's end. */
export interface Range {
  from: number;
  to: number;
}

export interface StoredMarket {
  exchange: string;
  exchangeName: string;
  symbol: string;
}

export const TIMEFRAMES = [
  '1s',
  '1m',
  '3m',
  '5m',
  '15m',
  '30m',
  '1h',
  '2h',
  '4h',
  '6h',
  '8h',
  '12h',
  '1d',
  '3d',
  '1w',
] as const;

export function storedMarkets(holdings: readonly Holding[]): StoredMarket[] {
  const found = new Map<string, StoredMarket>();
  for (const { exchange, exchange_name, symbol } of holdings) {
    found.set(`${exchange} ${symbol}`, { exchange, exchangeName: exchange_name, symbol });
  }
  return [...found.values()].sort(
    (one, other) =>
      one.exchangeName.localeCompare(other.exchangeName) || one.symbol.localeCompare(other.symbol),
  );
}

interface Market {
  exchange: string;
  symbol: string;
}

function holdingsOf(
  holdings: readonly Holding[],
  { exchange, symbol }: Market,
  timeframe: string,
): Holding[] {
  const wanted = timeframeInSeconds(timeframe);
  return holdings.filter(
    (one) =>
      one.exchange === exchange && one.symbol === symbol && wanted % timeframeInSeconds(one.timeframe) === 0,
  );
}

/** The stretches of which candles of a time frame are there or can be made, in order and joined where they meet. */
export function coverage(holdings: readonly Holding[], market: Market, timeframe: string): Range[] {
  const ranges = holdingsOf(holdings, market, timeframe)
    .map((one) => ({
      from: Date.parse(one.from) / 1000,
      to: Date.parse(one.to) / 1000 + timeframeInSeconds(one.timeframe),
    }))
    .sort((one, other) => one.from - other.from);
  const joined: Range[] = [];
  for (const range of ranges) {
    const last = joined.at(-1);
    if (last && range.from <= last.to) last.to = Math.max(last.to, range.to);
    else joined.push({ ...range });
  }
  return joined;
}

/** The time frames that can be tested in a market. */
export function testableTimeframes(holdings: readonly Holding[], market: Market): string[] {
  return TIMEFRAMES.filter((timeframe) => holdingsOf(holdings, market, timeframe).length > 0);
}

const DAY = 86_400;

/** The last days of what is stored, all of it where `days` is null; null where nothing is. In whole days (UTC). */
export function lastDays(
  ranges: readonly Range[],
  days: number | null,
): { start: string; end: string } | null {
  const last = ranges.at(-1);
  const first = ranges[0];
  if (!last || !first) return null;
  const end = Math.ceil(last.to / DAY) * DAY;
  const begin = days === null ? first.from : Math.max(last.from, end - days * DAY);
  return { start: dayOf(Math.floor(begin / DAY) * DAY), end: dayOf(end) };
}

export function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

/** Seconds at the beginning of a day such as 2024-01-31 (UTC), or null where it is none. */
export function secondsOf(day: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return null;
  const milliseconds = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(milliseconds) ? null : milliseconds / 1000;
}

/** How many candles of a period are covered, roughly: gaps inside a stretch are not known here. */
export function coveredCandles(ranges: readonly Range[], wanted: Range, timeframe: string): number {
  const length = timeframeInSeconds(timeframe);
  return ranges.reduce((sum, range) => {
    const shared = Math.min(range.to, wanted.to) - Math.max(range.from, wanted.from);
    return sum + Math.max(0, Math.floor(shared / length));
  }, 0);
}
