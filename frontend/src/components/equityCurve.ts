// The points of an equity curve as the chart takes them.
import type { BaselineData, UTCTimestamp } from 'lightweight-charts';
import type { EquityPoint } from '../api/types';
import { seconds } from './chartTheme';

/** One value a second: of trades in the same second the last one counts. */
export function drawn(points: readonly EquityPoint[]): BaselineData[] {
  const bySecond = new Map<number, number>();
  for (const point of points) bySecond.set(seconds(point.at), Number(point.profit_loss));
  return [...bySecond].map(([time, value]) => ({ time: time as UTCTimestamp, value }));
}

const TEN_MINUTES = 600;

/** Whether the curve is so short that its axis needs seconds. */
export function isShort(points: readonly BaselineData[]): boolean {
  return Number(points.at(-1)?.time ?? 0) - Number(points[0]?.time ?? 0) < TEN_MINUTES;
}
