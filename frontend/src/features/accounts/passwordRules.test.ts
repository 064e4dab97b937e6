import { describe, expect, it } from 'vitest';
import { passwordProblem, passwordStrength } from './passwordRules';

describe('a password', () => {
  it.each([
    ['Abc-12', 'at least 8 characters'],
    ['ANALYTICAL-1', 'a lower-case letter'],
    ['analytical-1', 'an upper-case letter'],
    ['Analytical-', 'a digit'],
    ['Analytical1', 'a symbol'],
  ])('%s lacks %s', (password, missing) => {
    expect(passwordProblem(password)).toContain(missing);
  });

  it.each(['Analytical-1', 'Ünïcødé 42!', 'Passwort-ß1'])('%s is good', (password) => {
    expect(passwordProblem(password)).toBeNull();
  });

  it('may have no more bytes than can be kept', () => {
    expect(passwordProblem(`Aa1!${'x'.repeat(69)}`)).toContain('At most 72 bytes');
  });

  it('grows stronger with its rules and then with its length', () => {
    const grown = ['abc', 'abcdefgh', 'Abcdefg1', 'Abcdef1!', 'Abcdef1! and more'];
    expect(grown.map(passwordStrength)).toEqual([0, 1, 2, 3, 4]);
  });
});
