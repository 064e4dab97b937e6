// How a live bot is to be, while it is being written.
import type { Bot, GoLive, PromotionCheck } from '../../api/types';
import { isDecimal, signOf } from '../../formatting';
import * as z from '../../validation';

export interface GoLiveValues {
  api_key_id: string;
  paper_balance: string;
  name: string;
  stop_on_exchange: boolean;
  confirmation: string;
}

const LONGEST_NAME = 80;
const LIVE = ' live';

export function goLiveValues(bot: Pick<Bot, 'name'>, keyId: string): GoLiveValues {
  return {
    api_key_id: keyId,
    paper_balance: '100',
    name: `${bot.name.slice(0, LONGEST_NAME - LIVE.length)}${LIVE}`,
    stop_on_exchange: false,
    confirmation: '',
  };
}

export function isMoney(text: string): boolean {
  return isDecimal(text) && signOf(text.trim()) > 0;
}

/** The rules of the form; `name` is the paper bot's, which has to be typed. */
export function goLiveSchema(name: string) {
  return z.object({
    api_key_id: z.string().min(1, 'Choose the account that the bot trades on.'),
    paper_balance: z
      .string()
      .refine(isMoney, 'A number of more than zero, with a point, for example 250.50.'),
    name: z.string().trim().min(1, 'Give the live bot a name.').max(LONGEST_NAME, 'At most 80 characters.'),
    stop_on_exchange: z.boolean(),
    confirmation: z
      .string()
      .trim()
      .refine((text) => text === name, `Type “${name}” to confirm that it will trade with real money.`),
  });
}

export function toGoLive(values: GoLiveValues): GoLive {
  return {
    api_key_id: values.api_key_id,
    name: values.name.trim(),
    paper_balance: values.paper_balance.trim(),
    stop_on_exchange: values.stop_on_exchange,
    confirmation: values.confirmation.trim(),
  };
}

/** Whether the checklist forbids it; a warning does not. */
export function isForbidden(checks: readonly PromotionCheck[]): boolean {
  return checks.some((check) => check.level === 'failed');
}
