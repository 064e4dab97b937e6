// What the bot form holds, when it is good, and what is sent of it.
import type { FieldPath } from 'react-hook-form';
import * as z from '../../validation';
import type { Bot, BotChange, NewBot, Strategy } from '../../api/types';
import { isDecimal, signOf } from '../../formatting';
import { asksStrategy, emptyRules, ruleField, rulesFrom, toRules, type RuleValues } from '../rules/rulesForm';
import { rulesSchema } from '../rules/rulesSchema';
import {
  fieldsOf,
  initialTexts,
  problemWith,
  toConfig,
  toTexts,
  type ParameterField,
  type ParameterTexts,
} from './parameters';

export interface BotFormValues {
  name: string;
  description: string;
  tradesOn: 'paper' | 'live';
  exchange: string;
  api_key_id: string;
  symbol: string;
  timeframe: string;
  strategy: string;
  strategy_config: ParameterTexts;
  rules: RuleValues;
  /** The money that it may use: play money on paper, its share of the account when it trades live. */
  paper_balance: string;
  stop_on_exchange: boolean;
}

export function emptyForm(strategies: readonly Strategy[], exchange: string): BotFormValues {
  const strategy = strategies[0];
  return {
    name: '',
    description: '',
    tradesOn: 'paper',
    exchange,
    api_key_id: '',
    symbol: 'BTC/USDT',
    timeframe: '1m',
    strategy: strategy?.name ?? '',
    strategy_config: initialTexts(fieldsOf(strategy)),
    rules: emptyRules(),
    paper_balance: '10000',
    stop_on_exchange: false,
  };
}

export function formOf(bot: Bot, strategies: readonly Strategy[]): BotFormValues {
  const strategy = strategies.find((one) => one.name === bot.strategy);
  return {
    name: bot.name,
    description: bot.description ?? '',
    tradesOn: bot.is_paper_trading ? 'paper' : 'live',
    exchange: bot.exchange,
    api_key_id: bot.api_key_id ?? '',
    symbol: bot.symbols[0] ?? '',
    timeframe: bot.timeframe,
    strategy: bot.strategy,
    strategy_config: toTexts(fieldsOf(strategy), bot.strategy_config),
    rules: rulesFrom(bot),
    paper_balance: bot.paper_balance,
    stop_on_exchange: bot.stop_on_exchange,
  };
}

/** A form filled with what a backtest tested, as the API drafts it. */
export function formOfDraft(
  draft: Record<string, unknown>,
  strategies: readonly Strategy[],
  exchange: string,
): BotFormValues {
  const empty = emptyForm(strategies, exchange);
  const text = (name: string, otherwise: string) => {
    const value = draft[name];
    return typeof value === 'string' ? value : otherwise;
  };
  const strategy = strategies.find((one) => one.name === draft.strategy);
  const symbols = Array.isArray(draft.symbols) ? (draft.symbols as unknown[]) : [];
  return {
    ...empty,
    name: text('name', ''),
    description: text('description', ''),
    exchange: text('exchange', empty.exchange),
    symbol: typeof symbols[0] === 'string' ? symbols[0] : empty.symbol,
    timeframe: text('timeframe', empty.timeframe),
    strategy: strategy?.name ?? empty.strategy,
    strategy_config: strategy
      ? toTexts(fieldsOf(strategy), (draft.strategy_config ?? {}) as Record<string, unknown>)
      : empty.strategy_config,
    rules: rulesFrom(draft),
    paper_balance: text('paper_balance', empty.paper_balance),
  };
}

const POINT = 'Write a number with a point, for example 0.5.';

const positive = (message: string) =>
  z
    .string()
    .trim()
    .refine(isDecimal, POINT)
    .refine((text) => !isDecimal(text) || signOf(text) > 0, message);

const base = z.object({
  name: z.string().trim().min(1, 'Give the bot a name.').max(80, 'At most 80 characters.'),
  description: z.string().trim().max(500, 'At most 500 characters.'),
  tradesOn: z.enum(['paper', 'live']),
  exchange: z.string(),
  api_key_id: z.string(),
  symbol: z.string().trim().min(1, 'Choose a market, such as BTC/USDT.'),
  timeframe: z.string().min(1, 'Choose a time frame.'),
  strategy: z.string().min(1, 'Choose a strategy.'),
  strategy_config: z.record(z.string(), z.string()),
  rules: rulesSchema,
  paper_balance: positive('The money must be more than zero.'),
  stop_on_exchange: z.boolean(),
});

/** The rules of the whole form, the chosen strategy's parameters among them. */
export function botSchema(strategies: readonly Strategy[]) {
  return base.superRefine((values, context) => {
    if (values.tradesOn === 'live' && values.api_key_id === '') {
      context.addIssue({
        code: 'custom',
        path: ['api_key_id'],
        message: 'Choose the account that this bot trades on, or trade on paper.',
      });
    }
    if (!asksStrategy(toRules(values.rules))) return;
    const strategy = strategies.find((one) => one.name === values.strategy);
    for (const field of fieldsOf(strategy)) {
      const message = problemWith(field, values.strategy_config[field.name]);
      if (message) context.addIssue({ code: 'custom', path: ['strategy_config', field.name], message });
    }
  });
}

/** What is sent to make a bot of the form. */
export function toNewBot(values: BotFormValues, strategies: readonly Strategy[]): NewBot {
  const strategy = strategies.find((one) => one.name === values.strategy);
  const live = values.tradesOn === 'live';
  return {
    name: values.name.trim(),
    description: values.description.trim() || null,
    exchange: values.exchange,
    symbols: [values.symbol.trim()],
    strategy: values.strategy,
    strategy_config: toConfig(usable(fieldsOf(strategy), values), values.strategy_config),
    timeframe: values.timeframe as NewBot['timeframe'],
    ...toRules(values.rules),
    is_paper_trading: !live,
    api_key_id: live ? values.api_key_id : null,
    paper_balance: values.paper_balance.trim(),
    stop_on_exchange: canRestStop(values) && values.stop_on_exchange,
  };
}

/** What was left half typed for a strategy that is not asked is not sent. */
function usable(fields: readonly ParameterField[], { rules, strategy_config }: BotFormValues) {
  if (asksStrategy(toRules(rules))) return fields;
  return fields.filter((field) => problemWith(field, strategy_config[field.name]) === null);
}

/** A paper bot has no exchange to leave its stop at, and a grid's coins are bound by its own orders. */
export function canRestStop({ tradesOn, rules }: Pick<BotFormValues, 'tradesOn' | 'rules'>): boolean {
  return tradesOn === 'live' && rules.kind !== 'grid';
}

/** What is sent to change a bot: only what differs, because a running bot takes a new name but no new strategy. */
export function toChange(
  before: BotFormValues,
  after: BotFormValues,
  strategies: readonly Strategy[],
): BotChange {
  const old = toNewBot(before, strategies);
  const changed = Object.entries(toNewBot(after, strategies)).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(old[name as keyof NewBot]),
  );
  return Object.fromEntries(changed);
}

type FieldName = FieldPath<BotFormValues>;

const SAME_NAME: ReadonlySet<string> = new Set<keyof BotFormValues>([
  'name',
  'description',
  'exchange',
  'api_key_id',
  'timeframe',
  'strategy',
  'paper_balance',
  'stop_on_exchange',
]);

/** The form's field for one of the API's, whose nested names are dotted; null where the form has none. */
export function formField(name: string, values: BotFormValues): FieldName | null {
  if (name === 'symbols' || name.startsWith('symbols.')) return 'symbol';
  if (name.startsWith('strategy_config')) return parameterField(name, values);
  const account = accountField(name, values);
  if (account !== undefined) return account;
  if (SAME_NAME.has(name)) return name as keyof BotFormValues;
  const rule = ruleField(name);
  return rule === null ? null : (`rules.${rule}` as FieldName);
}

function parameterField(name: string, values: BotFormValues): FieldName | null {
  // A problem inside a structure belongs to the whole of it.
  const parameter = name.split('.')[1];
  if (parameter === undefined) return 'strategy';
  return parameter in values.strategy_config ? `strategy_config.${parameter}` : null;
}

/** A field that is not on the screen cannot show its message. */
function accountField(name: string, { tradesOn }: BotFormValues): FieldName | undefined {
  if (name === 'is_paper_trading') return 'tradesOn';
  if (name === 'api_key_id' && tradesOn === 'paper') return 'tradesOn';
  if (name === 'exchange' && tradesOn === 'live') return 'api_key_id';
  return undefined;
}
