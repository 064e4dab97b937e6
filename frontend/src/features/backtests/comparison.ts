// Backtests side by side: curves that begin at the same height, and rows of figures and settings.
import type { Compared, Metric } from '../../api/types';
import type { DrawnLine } from '../../components/LinesChart';
import { bestOf } from './metricText';
import { nameOf } from './words';

/** Returns in per cent of the first value. */
export function comparedLines(compared: readonly Compared[]): DrawnLine[] {
  return compared.map(({ backtest, curve }, index) => {
    const first = Number(backtest.initial_balance);
    return {
      name: nameOf(backtest),
      times: curve.times,
      values: curve.equity.map((value) => (value / first - 1) * 100),
      look: (index % 5) as 0 | 1 | 2 | 3 | 4,
      unit: 'percent',
    };
  });
}

export interface MetricRow {
  metric: Metric;
  cells: (Metric | undefined)[];
  /** The best one's place, -1 where there is none. */
  best: number;
}

export function metricRows(compared: readonly Compared[]): MetricRow[] {
  return (compared[0]?.metrics ?? []).map((metric) => {
    const cells = compared.map(({ metrics }) => metrics.find((one) => one.name === metric.name));
    return {
      metric,
      cells,
      best: bestOf(
        metric.name,
        cells.map((cell) => cell?.value ?? null),
      ),
    };
  });
}

/** The names of the settings that differ. */
export function differing(compared: readonly Compared[]): string[] {
  return Object.keys(compared[0]?.settings ?? {});
}
