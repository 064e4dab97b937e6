// A bot's settings in few words.
import type { Bot } from '../../api/types';

/** "SMA crossover 10 / 30": the strategy with its parameters, as far as they are plain values. */
export function strategyWords(bot: Pick<Bot, 'strategy' | 'strategy_config'>): string {
  const values = Object.values(bot.strategy_config).filter(
    (value) => typeof value === 'number' || typeof value === 'string',
  );
  return [strategyTitle(bot.strategy), values.join(' / ')].filter(Boolean).join(' ');
}

const ABBREVIATIONS: ReadonlySet<string> = new Set(['sma', 'ema', 'rsi', 'macd', 'dca', 'atr', 'roc', 'ai']);

/** The name as a title: "sma_crossover" is "SMA crossover". */
export function strategyTitle(name: string): string {
  const words = name.split('_').map((word) => (ABBREVIATIONS.has(word) ? word.toUpperCase() : word));
  const text = words.join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
