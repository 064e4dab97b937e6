import { describe, expect, it } from 'vitest';
import { anApiKey } from '../../testing/records';
import { frozenUntil } from './frozen';

const NOW = Date.parse('2026-03-02T12:00:00Z');

describe('frozen keys', () => {
  it('are so until the last freeze is over', () => {
    const keys = ['2026-03-03T11:00:00Z', '2026-03-03T12:00:00Z', '2026-03-01T00:00:00Z', null].map(
      (frozen_until) => anApiKey({ frozen_until }),
    );
    expect(frozenUntil(keys, NOW)).toBe('2026-03-03T12:00:00Z');
  });
  it('are free afterwards', () => {
    expect(frozenUntil([anApiKey({ frozen_until: '2026-03-02T12:00:00Z' })], NOW)).toBeNull();
    expect(frozenUntil([], NOW)).toBeNull();
  });
});
