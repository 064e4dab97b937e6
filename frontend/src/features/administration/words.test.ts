import { describe, expect, it } from 'vitest';
import { dayAsMoment, endOfDay } from './words';

describe('days of a filter', () => {
  it('begin at midnight in UTC and end at the next', () => {
    expect(dayAsMoment('2026-02-28')).toBe('2026-02-28T00:00:00Z');
    expect(endOfDay('2026-02-28')).toBe('2026-03-01T00:00:00.000Z');
  });

  it('narrow nothing while they are not chosen', () => {
    expect(dayAsMoment('')).toBeUndefined();
    expect(endOfDay('2026-02')).toBeUndefined();
  });
});
