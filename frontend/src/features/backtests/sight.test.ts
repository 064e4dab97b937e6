import { describe, expect, it } from 'vitest';
import { spanOf, wantedSpan } from './sight';

const DAY = 86_400;
const run = { from: 0, to: 100 * DAY };
const whole = { ...run, length: 2 * 3600, finest: 300 };

describe('the span to fetch', () => {
  it('is none while most of what is loaded is in sight', () => {
    expect(wantedSpan(run, whole, run)).toBeNull();
    expect(wantedSpan({ from: 10 * DAY, to: 70 * DAY }, whole, run)).toBeNull();
  });

  it('lies around a short sight, within the run, and short enough for the run’s own candles', () => {
    const span = wantedSpan({ from: 50 * DAY, to: 52 * DAY }, whole, run);
    expect(span).not.toBeNull();
    expect(span!.from).toBeLessThan(50 * DAY);
    expect(span!.to).toBeGreaterThan(52 * DAY);
    expect((span!.to - span!.from) / 300).toBeLessThanOrEqual(1500);
    const early = wantedSpan({ from: 0, to: DAY }, whole, run);
    expect(early!.from).toBe(0);
  });

  it('does not ask again for what it has just got', () => {
    for (const days of [1, 3, 8, 20, 39]) {
      const sight = { from: 40 * DAY, to: (40 + days) * DAY };
      const span = wantedSpan(sight, whole, run)!;
      const length = Math.max(300, (span.to - span.from) / 1500);
      expect(wantedSpan(sight, { ...span, length, finest: 300 }, run)).toBeNull();
    }
  });

  it('grows when the sight reaches the end of what is loaded', () => {
    const loaded = { from: 40 * DAY, to: 45 * DAY, length: 300, finest: 300 };
    const span = wantedSpan({ from: 40 * DAY, to: 45 * DAY }, loaded, run)!;
    expect(span.from).toBeLessThan(40 * DAY);
    expect(span.to).toBeGreaterThan(45 * DAY);
  });

  it('is said in moments that hold the last candle', () => {
    expect(spanOf(null)).toEqual({});
    expect(spanOf({ from: 0, to: 59 })).toEqual({
      since: '1970-01-01T00:00:00.000Z',
      until: '1970-01-01T00:01:00.000Z',
    });
  });
});
