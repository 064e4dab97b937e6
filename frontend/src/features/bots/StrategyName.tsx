// What decides for a bot: its kind where that decides, else its strategy with its parameters.
import type { Bot } from '../../api/types';
import { asksStrategy, KIND_NAMES } from '../rules/rulesForm';
import { useStrategies } from './queries';
import { strategyWords } from './words';

export function StrategyName({ bot }: { bot: Bot }) {
  const { data: strategies } = useStrategies();
  if (!asksStrategy(bot)) return <>{KIND_NAMES[bot.kind]}</>;
  const words = strategyWords(bot, strategies ?? []);
  return <>{bot.kind === 'signal' ? words : `${KIND_NAMES[bot.kind]}, ${words}`}</>;
}
