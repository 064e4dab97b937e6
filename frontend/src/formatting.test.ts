import { describe, expect, it } from 'vitest';
import {
  formatAge,
  formatMoment,
  formatMoney,
  formatPercent,
  formatPrice,
  formatQuantity,
  formatShare,
  isDecimal,
  quoteOf,
  signOf,
  timeframeInSeconds,
  timeframeInWords,
  withSign,
} from './formatting';

describe('money', () => {
  it('keeps every digit of amounts that floating point cannot hold', () => {
    expect(formatMoney('123456789012345678.91', 'en')).toBe('123,456,789,012,345,678.91');
    expect(formatQuantity('0.123456789', 'en')).toBe('0.12345679');
  });

  it('is written in the user’s locale', () => {
    expect(formatMoney('1234.5', 'de')).toBe('1.234,50');
    expect(formatMoney('1234.5', 'en')).toBe('1,234.50');
  });

  it('rounds half to even', () => {
    expect(formatMoney('0.125', 'en')).toBe('0.12');
    expect(formatMoney('0.135', 'en')).toBe('0.14');
    expect(formatMoney('1.005', 'en')).toBe('1.00');
  });

  it('shows amounts below a cent instead of nothing', () => {
    expect(formatMoney('0.000123', 'en')).toBe('0.000123');
    expect(formatMoney('0', 'en')).toBe('0.00');
  });

  it('never reads as minus zero', () => {
    expect(formatMoney('-0.0000000001', 'en')).toBe('0.00');
    expect(withSign('0', formatMoney('0', 'en'))).toBe('0.00');
  });
});

describe('prices, percentages and signs', () => {
  it('give a price the places that its size needs', () => {
    expect(formatPrice('38569.9', 'en')).toBe('38,569.90');
    expect(formatPrice('38528.105', 'en')).toBe('38,528.10');
    expect(formatPrice('1.5', 'en')).toBe('1.5000');
    expect(formatPrice('0.00001234', 'en')).toBe('0.00001234');
  });

  it('tell profit and loss by a sign', () => {
    expect(withSign('3', '3.00')).toBe('+3.00');
    expect(withSign('-3', '3.00')).toBe('−3.00');
    expect([signOf('-0.0'), signOf('0.000001'), signOf('-7')]).toEqual([0, 1, -1]);
  });

  it('write shares and percentages', () => {
    expect(formatShare(2 / 3, 'en')).toBe('66.7 %');
    expect(formatPercent('2', 'de')).toBe('2,00 %');
  });
});

describe('what is typed', () => {
  it.each(['1', '0.5', '.5', '10.', ' 7 ', '-2'])('%s is a decimal', (text) => {
    expect(isDecimal(text)).toBe(true);
  });
  it.each(['', '1,5', '1e3', 'abc', '--1', '.'])('%s is none', (text) => {
    expect(isDecimal(text)).toBe(false);
  });
});

describe('moments', () => {
  it('are shown in the user’s zone', () => {
    const at = '2026-01-01T23:30:00Z';
    expect(formatMoment(at, { locale: 'en', timezone: 'UTC' }, 'time')).toBe('23:30');
    expect(formatMoment(at, { locale: 'en', timezone: 'Asia/Tokyo' }, 'time')).toBe('08:30');
  });

  it('are told by their age in the largest unit that fits', () => {
    const now = Date.parse('2026-01-01T00:10:00Z');
    expect(formatAge('2026-01-01T00:09:00.400Z', now, 'en')).toBe('59 seconds ago');
    expect(formatAge('2026-01-01T00:07:00Z', now, 'en')).toBe('3 minutes ago');
    expect(formatAge('2026-01-01T00:10:05Z', now, 'en')).toBe('now');
  });
});

describe('markets and time frames', () => {
  it('are told in words', () => {
    expect(quoteOf('BTC/USDT')).toBe('USDT');
    expect(timeframeInWords('1m')).toBe('1 minute');
    expect(timeframeInWords('15m')).toBe('15 minutes');
    expect(['1s', '1m', '4h', '1w'].map(timeframeInSeconds)).toEqual([1, 60, 14_400, 604_800]);
  });
});
