// A bot's settings in few words.
import type { Bot, Strategy } from '../../api/types';
import { fieldsOf, toTexts } from './parameters';

export interface ParameterWords {
  title: string;
  value: string;
}

/** The bot's parameters in the order in which its strategy declares them. */
export function parameterWords(
  bot: Pick<Bot, 'strategy_config'>,
  strategy: Strategy | undefined,
): ParameterWords[] {
  const texts = toTexts(fieldsOf(strategy), bot.strategy_config);
  return fieldsOf(strategy)
    .map((field) => ({ title: field.title, value: texts[field.name] ?? '' }))
    .filter(({ value }) => value !== '');
}

/** "SMA crossover 10 / 30": the strategy with its parameters. */
export function strategyWords(
  bot: Pick<Bot, 'strategy' | 'strategy_config'>,
  strategies: readonly Strategy[],
): string {
  const strategy = strategies.find((one) => one.name === bot.strategy);
  const values = parameterWords(bot, strategy).map((parameter) => parameter.value);
  return [strategy?.title ?? bot.strategy, values.join(' / ')].filter(Boolean).join(' ');
}
