// A bot's strategy with its parameters.
import type { Bot } from '../../api/types';
import { useStrategies } from './queries';
import { strategyWords } from './words';

export function StrategyName({ bot }: { bot: Bot }) {
  const { data: strategies } = useStrategies();
  return <>{strategyWords(bot, strategies ?? [])}</>;
}
