// The limits of one scope as texts of a form; empty is no limit.
import type { Limit } from '../../api/types';
import { isDecimal, signOf } from '../../formatting';
import * as z from '../../validation';

export interface LimitValues {
  max_order_amount: string;
  max_open_amount: string;
  max_open_positions: string;
}

const amount = z
  .string()
  .trim()
  .refine((text) => text === '' || isDecimal(text), 'Write a number with a point, for example 500.50.')
  .refine(
    (text) => !isDecimal(text) || signOf(text) > 0,
    'More than zero, or empty for no limit. To stop all buying, use the trading switch.',
  );

export const limitSchema = z.object({
  max_order_amount: amount,
  max_open_amount: amount,
  max_open_positions: z
    .string()
    .trim()
    .refine(
      (text) => text === '' || (/^\d{1,6}$/.test(text) && Number(text) > 0),
      'A whole number of at least 1, or empty for no limit.',
    ),
});

export function limitValues(limit: Limit | undefined): LimitValues {
  return {
    max_order_amount: limit?.max_order_amount ?? '',
    max_open_amount: limit?.max_open_amount ?? '',
    max_open_positions: limit?.max_open_positions == null ? '' : String(limit.max_open_positions),
  };
}

/** What is sent for an account, or for all of them where the key is null. */
export function toLimit(values: LimitValues, keyId: string | null): Limit {
  const text = (value: string) => value.trim() || null;
  const positions = text(values.max_open_positions);
  return {
    api_key_id: keyId,
    max_order_amount: text(values.max_order_amount),
    max_open_amount: text(values.max_open_amount),
    max_open_positions: positions === null ? null : Number(positions),
  };
}
