import { describe, expect, it } from 'vitest';
import { passwordProblem, passwordStrength } from './passwordRules';

describe('password rules', () => {
  it.each([
    ['Ab1!', 'at least 8 characters'],
    ['ANALYTICAL-1', 'a lower-case letter'],
    ['analytical-1', 'an upper-case letter'],
    ['Analytical-!', 'a digit'],
    ['Analytical11', 'a symbol'],
  ])('%s still misses %s', (password, words) => {
    expect(passwordProblem(password)).toContain(words);
  });

  it('takes a good password and refuses one that the hash would cut', () => {
    expect(passwordProblem('Analytical-1')).toBeNull();
    expect(passwordProblem('Aa1!'.repeat(20))).toContain('72 bytes');
  });

  it('finds a longer password stronger', () => {
    expect(passwordStrength('Analytical-Engine-1')).toBeGreaterThan(passwordStrength('Analytic-1'));
  });
});
