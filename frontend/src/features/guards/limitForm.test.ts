import { expect, it } from 'vitest';
import { limitSchema, limitValues, toLimit } from './limitForm';

const empty = limitValues(undefined);

it('takes an empty field as no limit', () => {
  expect(limitSchema.safeParse(empty).success).toBe(true);
  expect(toLimit(empty, null)).toEqual({
    api_key_id: null,
    max_order_amount: null,
    max_open_amount: null,
    max_open_positions: null,
  });
});

it('sends amounts as text and counts as numbers, and reads them back', () => {
  const values = { max_order_amount: ' 250.50 ', max_open_amount: '', max_open_positions: '3' };
  const limit = toLimit(values, 'key-1');
  expect(limit).toEqual({
    api_key_id: 'key-1',
    max_order_amount: '250.50',
    max_open_amount: null,
    max_open_positions: 3,
  });
  expect(limitValues(limit)).toEqual({ ...values, max_order_amount: '250.50' });
});

it.each([
  ['max_order_amount', '0'],
  ['max_order_amount', '1,5'],
  ['max_open_amount', '-1'],
  ['max_open_positions', '0'],
  ['max_open_positions', '1.5'],
])('refuses %s of “%s”', (name, text) => {
  const result = limitSchema.safeParse({ ...empty, [name]: text });
  expect(result.error?.issues.map((issue) => issue.path[0])).toEqual([name]);
});
