import { describe, expect, it } from 'vitest';
import type { Holding } from '../../api/types';
import { coverage, coveredCandles, lastDays, secondsOf, storedMarkets, testableTimeframes } from './coverage';

function aHolding(timeframe: string, from: string, to: string, change: Partial<Holding> = {}): Holding {
  return {
    exchange: 'binance',
    exchange_name: 'Binance',
    is_upload: false,
    symbol: 'BTC/USDT',
    timeframe,
    from,
    to,
    count: 1,
    ...change,
  };
}

const market = { exchange: 'binance', symbol: 'BTC/USDT' };
const minutes = aHolding('1m', '2024-01-01T00:00:00Z', '2024-01-31T23:59:00Z');
const hours = aHolding('4h', '2024-02-01T00:00:00Z', '2024-02-29T20:00:00Z');

describe('coverage', () => {
  it('joins stretches that meet, of every time frame that can be combined', () => {
    expect(coverage([hours, minutes], market, '4h')).toEqual([
      { from: secondsOf('2024-01-01'), to: secondsOf('2024-03-01') },
    ]);
    expect(coverage([hours, minutes], market, '1h')).toEqual([
      { from: secondsOf('2024-01-01'), to: secondsOf('2024-02-01') },
    ]);
  });

  it('tells which time frames can be tested', () => {
    expect(testableTimeframes([hours], market)).toEqual(['4h', '8h', '12h', '1d', '3d', '1w']);
    expect(testableTimeframes([minutes], { ...market, symbol: 'ETH/USDT' })).toEqual([]);
  });

  it('counts the candles of a period that are there', () => {
    const ranges = coverage([minutes], market, '1h');
    const wanted = { from: secondsOf('2024-01-31')!, to: secondsOf('2024-02-10')! };
    expect(coveredCandles(ranges, wanted, '1h')).toBe(24);
    expect(coveredCandles([], wanted, '1h')).toBe(0);
  });

  it('lists each market once, by exchange and name', () => {
    const upload = aHolding('1m', minutes.from, minutes.to, {
      exchange: 'upload',
      exchange_name: 'Your upload',
    });
    expect(storedMarkets([upload, minutes, hours]).map((one) => one.exchange)).toEqual(['binance', 'upload']);
  });
});

describe('the last days', () => {
  const ranges = coverage([minutes], market, '1h');

  it('are whole days that end with the last candle, and no more than there are', () => {
    expect(lastDays(ranges, 7)).toEqual({ start: '2024-01-25', end: '2024-02-01' });
    expect(lastDays(ranges, 90)).toEqual({ start: '2024-01-01', end: '2024-02-01' });
    expect(lastDays(ranges, null)).toEqual({ start: '2024-01-01', end: '2024-02-01' });
    expect(lastDays([], 7)).toBeNull();
  });
});
