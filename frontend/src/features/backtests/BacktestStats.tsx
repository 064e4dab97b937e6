// The main figures of a run in one strip.
import type { BacktestResult } from '../../api/types';
import { Stat, StatStrip } from '../../components/Stat';
import { MetricFigure } from './MetricFigure';

const MAIN = [
  'total_return',
  'benchmark_return',
  'max_drawdown',
  'sharpe',
  'profit_factor',
  'win_rate',
  'trades',
  'exposure',
] as const;

/** Where the full title has no room. */
const BRIEF: Partial<Record<string, string>> = {
  max_drawdown: 'Drawdown',
  exposure: 'In the market',
};

export function BacktestStats({ result }: { result: BacktestResult | undefined }) {
  return (
    <StatStrip columns="grid-cols-2 sm:grid-cols-4 xl:grid-cols-8">
      {MAIN.map((name) => {
        const metric = result?.metrics.find((one) => one.name === name);
        return (
          <Stat
            key={name}
            label={BRIEF[name] ?? metric?.title ?? name.replaceAll('_', ' ')}
            definition={metric?.definition ?? ''}
            loading={!result}
          >
            {metric && <MetricFigure metric={metric} />}
          </Stat>
        );
      })}
    </StatStrip>
  );
}
