// A bot's settings in few words.
import type { Bot, Strategy } from '../../api/types';
import { fieldsOf } from './parameters';

export interface ParameterWords {
  title: string;
  value: string;
}

/** The bot's parameters in the order in which its strategy declares them. */
export function parameterWords(
  bot: Pick<Bot, 'strategy_config'>,
  strategy: Strategy | undefined,
): ParameterWords[] {
  return fieldsOf(strategy).flatMap((field) => {
    const value = bot.strategy_config[field.name];
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return isPlain ? [{ title: field.title, value: String(value) }] : [];
  });
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
