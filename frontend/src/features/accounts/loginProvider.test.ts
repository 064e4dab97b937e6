import { describe, expect, it } from 'vitest';
import { providerProblem, wordIn } from './loginProvider';

describe('the way back from a login provider', () => {
  it('says what it brings', () => {
    expect(wordIn('#mfa_token=abc.def', 'mfa_token')).toBe('abc.def');
    expect(wordIn('#logged-in', 'mfa_token')).toBeNull();
  });
  it('has a sentence for every problem, and none of its own', () => {
    expect(providerProblem(null)).toBeNull();
    expect(providerProblem('inactive')).toContain('switched off');
    expect(providerProblem('<script>')).toContain('did not let you in');
  });
});
