import { describe, expect, it } from 'vitest';
import { formatMoney, formatPrice, formatShare, signOf, timeframeInSeconds, withSign } from './formatting';

describe('money and prices', () => {
  it('keeps every digit of a decimal that a float would lose', () => {
    expect(formatMoney('9007199254740993.12', 'en')).toBe('9,007,199,254,740,993.12');
  });

  it('never shows a negative zero, and shows what is very small', () => {
    expect(formatMoney('-0.00000001', 'en')).not.toContain('-');
    expect(formatMoney('0.00012', 'en')).toBe('0.00012');
  });

  it('follows the locale', () => {
    expect(formatMoney('1234.5', 'de')).toBe('1.234,50');
  });

  it('gives a price the places that its size needs', () => {
    expect(formatPrice('38528.105', 'en')).toBe('38,528.10');
    expect(formatPrice('0.00001234', 'en')).toBe('0.00001234');
  });

  it('knows the sign of zero written in any way', () => {
    expect(['-0.00', '0', '0.1', '-3'].map(signOf)).toEqual([0, 0, 1, -1]);
    expect(withSign('5', '5.00')).toContain('+');
  });

  it('shows a share as per cent', () => {
    expect(formatShare(0.5, 'en')).toContain('50');
  });
});

it('knows how long a time frame is', () => {
  expect(['1s', '1m', '4h', '1w'].map(timeframeInSeconds)).toEqual([1, 60, 14_400, 604_800]);
});
