import { describe, expect, it } from 'vitest';
import { aStrategy } from '../../testing/records';
import { fieldsOf, initialTexts, problemWith, toConfig, toTexts, type ParameterField } from './parameters';

const mixed = aStrategy({
  parameters: {
    type: 'object',
    properties: {
      factor: { type: 'number', title: 'Factor', default: 1.5, minimum: 0.1, maximum: 5 },
      source: { type: 'string', title: 'Source', enum: ['close', 'open'], default: 'close' },
      confirm: { type: 'boolean', title: 'Confirm', default: false },
    },
    required: ['factor'],
  },
});

function field(name: string, strategy = aStrategy()): ParameterField {
  const found = fieldsOf(strategy).find((one) => one.name === name);
  if (!found) throw new Error(name);
  return found;
}

describe('the form of a strategy', () => {
  it('is drawn from its schema, in its order', () => {
    expect(fieldsOf(aStrategy())).toMatchObject([
      { name: 'short_period', title: 'Short period', kind: 'integer', initial: '10', required: true },
      { name: 'long_period', kind: 'integer', initial: '30' },
    ]);
    expect(fieldsOf(mixed).map((one) => one.kind)).toEqual(['number', 'choice', 'choice']);
    expect(initialTexts(fieldsOf(mixed))).toEqual({ factor: '1.5', source: 'close', confirm: 'false' });
  });

  it('is empty for a schema that cannot be read', () => {
    expect(fieldsOf(aStrategy({ parameters: { properties: 7 } }))).toEqual([]);
    expect(fieldsOf(undefined)).toEqual([]);
  });

  it.each([
    ['', 'Enter a whole number from 2 to 500.'],
    ['1', 'Short period must be a whole number from 2 to 500.'],
    ['501', 'Short period must be a whole number from 2 to 500.'],
    ['2.5', 'Short period must be a whole number from 2 to 500.'],
    ['1e2', 'Short period must be a whole number from 2 to 500.'],
    ['ten', 'Short period must be a whole number from 2 to 500.'],
  ])('refuses “%s”', (text, message) => {
    expect(problemWith(field('short_period'), text)).toBe(message);
  });

  it('accepts what fits, bounds included', () => {
    expect(problemWith(field('short_period'), ' 2 ')).toBeNull();
    expect(problemWith(field('factor', mixed), '.5')).toBeNull();
    expect(problemWith(field('source', mixed), 'high')).not.toBeNull();
    expect(problemWith(field('confirm', mixed), '')).toBeNull();
  });

  it('sends numbers as numbers and leaves out what is empty', () => {
    expect(toConfig(fieldsOf(mixed), { factor: '2', source: '', confirm: 'true' })).toEqual({
      factor: 2,
      confirm: true,
    });
  });

  it('shows what a bot has stored, and the default where it has nothing', () => {
    expect(toTexts(fieldsOf(mixed), { factor: 3, confirm: true })).toEqual({
      factor: '3',
      source: 'close',
      confirm: 'true',
    });
  });
});
