import { describe, expect, it } from 'vitest';
import { tokenIn } from './linkToken';

describe('the token of a link', () => {
  it('stands behind the #', () => {
    expect(tokenIn('#token=abc-_123')).toBe('abc-_123');
    expect(tokenIn('#other=1&token=abc')).toBe('abc');
  });
  it('may be missing', () => {
    expect(tokenIn('')).toBeNull();
    expect(tokenIn('#abc')).toBeNull();
  });
});
