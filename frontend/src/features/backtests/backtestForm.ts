// What the form of a backtest holds, when it is good, and what is sent of it. An optimisation holds the same and more.
import Big from 'big.js';
import type { FieldPath } from 'react-hook-form';
import type { Holding, NewBacktest, OneBacktest, RunSettings, Strategy } from '../../api/types';
import { isDecimal, signOf } from '../../formatting';
import * as z from '../../validation';
import {
  fieldsOf,
  initialTexts,
  problemWith,
  toConfig,
  toTexts,
  type ParameterTexts,
} from '../bots/parameters';
import { coverage, lastDays, secondsOf, storedMarkets, testableTimeframes } from '../candles/coverage';
import { emptyRules, ruleField, rulesFrom, toRules, type RuleValues } from '../rules/rulesForm';
import { rulesSchema } from '../rules/rulesSchema';

export interface RunFormValues {
  name: string;
  /** The market is not among the stored ones, or is to be looked for. */
  elsewhere: boolean;
  exchange: string;
  symbol: string;
  timeframe: string;
  /** Days such as 2024-01-31, in UTC. */
  start: string;
  end: string;
  strategy: string;
  strategy_config: ParameterTexts;
  rules: RuleValues;
  initial_balance: string;
  /** In per cent; sent as fractions. */
  fee_rate: string;
  maker_fee_rate: string;
  slippage: string;
  spread: string;
}

const PREFERRED = ['1h', '15m', '4h', '5m', '1d'];
const DAYS_TESTED = 365;

/** A form of the first stored market and its last year. */
export function emptyRun(strategies: readonly Strategy[], holdings: readonly Holding[]): RunFormValues {
  const strategy = strategies[0];
  return {
    name: '',
    ...firstMarket(holdings),
    strategy: strategy?.name ?? '',
    strategy_config: initialTexts(fieldsOf(strategy)),
    rules: emptyRules(),
    initial_balance: '10000',
    fee_rate: '0.1',
    maker_fee_rate: '',
    slippage: '0.05',
    spread: '0',
  };
}

function firstMarket(
  holdings: readonly Holding[],
): Pick<RunFormValues, 'elsewhere' | 'exchange' | 'symbol' | 'timeframe' | 'start' | 'end'> {
  const [market] = storedMarkets(holdings);
  if (!market) {
    return { elsewhere: true, exchange: 'binance', symbol: 'BTC/USDT', timeframe: '1h', start: '', end: '' };
  }
  const known = testableTimeframes(holdings, market);
  const timeframe = PREFERRED.find((one) => known.includes(one)) ?? known[0] ?? '1h';
  const period = lastDays(coverage(holdings, market, timeframe), DAYS_TESTED);
  const { exchange, symbol } = market;
  return {
    elsewhere: false,
    exchange,
    symbol,
    timeframe,
    start: period?.start ?? '',
    end: period?.end ?? '',
  };
}

/** What of a run fills the form. */
export interface Origin {
  name: string;
  start: string;
  end: string;
  configuration: RunSettings;
}

/** The form of a run that was made before; what is taken over of an optimisation's trial stands in `changes`. */
export function runFrom(
  { name, start, end, configuration }: Origin,
  strategies: readonly Strategy[],
  holdings: readonly Holding[],
  changes: Record<string, unknown> = {},
): RunFormValues {
  const strategy = strategies.find((one) => one.name === configuration.strategy) ?? strategies[0];
  const { parameters, rules } = changed(configuration, changes);
  const { symbol, timeframe, exchange = 'binance', initial_balance = '10000' } = configuration;
  return {
    name,
    elsewhere: !storedMarkets(holdings).some((one) => one.exchange === exchange && one.symbol === symbol),
    exchange,
    symbol,
    timeframe,
    start: start.slice(0, 10),
    end: wholeDay(end),
    strategy: strategy?.name ?? '',
    strategy_config: toTexts(fieldsOf(strategy), parameters),
    rules: rulesFrom(rules),
    initial_balance,
    fee_rate: inPerCent(configuration.fee_rate) || '0.1',
    maker_fee_rate: inPerCent(configuration.maker_fee_rate),
    slippage: inPerCent(configuration.slippage) || '0',
    spread: inPerCent(configuration.spread) || '0',
  };
}

/** The parameters and rules of a run, with a trial's combination put in. */
function changed(configuration: RunSettings, changes: Record<string, unknown>) {
  const parameters: Record<string, unknown> = { ...configuration.strategy_config };
  const rules: Record<string, unknown> = { ...configuration };
  for (const [name, value] of Object.entries(changes)) {
    if (name in parameters) parameters[name] = value;
    else rules[name] = typeof value === 'number' && name !== 'cooldown_minutes' ? String(value) : value;
  }
  return { parameters, rules };
}

export function originOf({ name, start, end, configuration }: OneBacktest): Origin {
  return { name, start, end, configuration };
}

const DAY = 86_400_000;

function wholeDay(moment: string): string {
  return new Date(Math.ceil(Date.parse(moment) / DAY) * DAY).toISOString().slice(0, 10);
}

function inPerCent(fraction: string | null | undefined): string {
  return fraction == null ? '' : Big(fraction).times(100).toFixed();
}

function asFraction(percent: string): string {
  return Big(percent.trim()).div(100).toFixed();
}

const RATE = 'A number from 0 to 10 per cent, such as 0.1.';

const isRate = (text: string) => isDecimal(text) && signOf(text.trim()) >= 0 && Number(text) <= 10;
const rate = z.string().trim().refine(isRate, RATE);

const base = z.object({
  name: z.string().trim().max(120, 'At most 120 characters.'),
  elsewhere: z.boolean(),
  exchange: z.string(),
  symbol: z.string().trim().min(1, 'Choose a market, such as BTC/USDT.'),
  timeframe: z.string().min(1, 'Choose a time frame.'),
  start: z.string().refine((day) => secondsOf(day) !== null, 'Choose the first day.'),
  end: z.string().refine((day) => secondsOf(day) !== null, 'Choose the last day.'),
  strategy: z.string().min(1, 'Choose a strategy.'),
  strategy_config: z.record(z.string(), z.string()),
  rules: rulesSchema,
  initial_balance: z
    .string()
    .trim()
    .refine((text) => isDecimal(text) && signOf(text) > 0, 'The balance must be a number of more than zero.'),
  fee_rate: rate,
  maker_fee_rate: z
    .string()
    .trim()
    .refine((text) => text === '' || isRate(text), `${RATE} Empty: the taker fee.`),
  slippage: rate,
  spread: rate,
});

/** The rules of the whole form, the chosen strategy's parameters among them. */
export function runSchema(strategies: readonly Strategy[]) {
  return base.superRefine((values, context) => {
    if ((secondsOf(values.start) ?? 0) >= (secondsOf(values.end) ?? Infinity)) {
      context.addIssue({ code: 'custom', path: ['end'], message: 'The end must be after the beginning.' });
    }
    for (const field of fieldsOf(strategies.find((one) => one.name === values.strategy))) {
      const message = problemWith(field, values.strategy_config[field.name]);
      if (message) context.addIssue({ code: 'custom', path: ['strategy_config', field.name], message });
    }
  });
}

/** What is sent to run a backtest of the form. */
export function toBacktest(values: RunFormValues, strategies: readonly Strategy[]): NewBacktest {
  const strategy = strategies.find((one) => one.name === values.strategy);
  return {
    name: values.name.trim(),
    exchange: values.exchange,
    symbol: values.symbol.trim(),
    timeframe: values.timeframe as NewBacktest['timeframe'],
    start: values.start,
    end: values.end,
    strategy: values.strategy,
    strategy_config: toConfig(fieldsOf(strategy), values.strategy_config),
    ...toRules(values.rules),
    initial_balance: values.initial_balance.trim(),
    fee_rate: asFraction(values.fee_rate),
    maker_fee_rate: values.maker_fee_rate.trim() === '' ? null : asFraction(values.maker_fee_rate),
    slippage: asFraction(values.slippage),
    spread: asFraction(values.spread),
  };
}

const SAME_NAME: ReadonlySet<string> = new Set<keyof RunFormValues>([
  'name',
  'exchange',
  'symbol',
  'timeframe',
  'start',
  'end',
  'strategy',
  'initial_balance',
  'fee_rate',
  'maker_fee_rate',
  'slippage',
  'spread',
]);

/** The form's field for one of the API's, whose nested names are dotted; null where the form has none. */
export function runField(name: string, values: RunFormValues): FieldPath<RunFormValues> | null {
  if (name.startsWith('strategy_config')) {
    // A problem inside a structure belongs to the whole of it.
    const parameter = name.split('.')[1];
    if (parameter === undefined) return 'strategy';
    return parameter in values.strategy_config ? `strategy_config.${parameter}` : null;
  }
  if (name === 'exchange' && !values.elsewhere) return 'symbol';
  if (SAME_NAME.has(name)) return name as keyof RunFormValues;
  const rule = ruleField(name);
  return rule === null ? null : (`rules.${rule}` as FieldPath<RunFormValues>);
}
