// Curves over time on one scale: equity beside what it is compared with.
import {
  createChart,
  LineSeries,
  LineStyle,
  type IChartApi,
  type ISeriesApi,
  type UTCTimestamp,
} from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import type { Region } from '../formatting';
import { useTheme } from '../theme';
import { chartColours, chartOptions, type ChartColours } from './chartTheme';
import { useRegion } from './region';

export interface Curve {
  name: string;
  values: readonly number[];
  tone: 'main' | 'quiet' | 'second' | 'third';
}

interface CurveChartProps {
  label: string;
  /** Seconds since 1970, one for each value. */
  times: readonly number[];
  curves: readonly Curve[];
  format: (value: number, region: Region) => string;
}

export function CurveChart({ label, times, curves, format }: CurveChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const chart = useRef<IChartApi>(null);
  const drawn = useRef(new Map<string, ISeriesApi<'Line'>>());
  const region = useRegion();
  const theme = useTheme((state) => state.theme);

  useEffect(() => {
    if (!holder.current) return undefined;
    const series = drawn.current;
    const made = createChart(holder.current, { autoSize: true });
    chart.current = made;
    return () => {
      made.remove();
      chart.current = null;
      series.clear();
    };
  }, []);

  useEffect(() => {
    const made = chart.current;
    if (!made) return;
    const colours = chartColours();
    made.applyOptions(chartOptions(colours, region));
    const names = new Set(curves.map((curve) => curve.name));
    for (const [name, series] of drawn.current) {
      if (names.has(name)) continue;
      made.removeSeries(series);
      drawn.current.delete(name);
    }
    for (const curve of curves) {
      const series = drawn.current.get(curve.name) ?? made.addSeries(LineSeries);
      drawn.current.set(curve.name, series);
      series.applyOptions({
        ...LOOKS[curve.tone](colours),
        priceLineVisible: false,
        lastValueVisible: false,
        priceFormat: { type: 'custom', minMove: 0.0001, formatter: (value: number) => format(value, region) },
      });
      series.setData(
        times.map((time, index) => ({ time: time as UTCTimestamp, value: curve.values[index] ?? 0 })),
      );
    }
    made.timeScale().fitContent();
  }, [times, curves, format, region, theme]);

  return <div ref={holder} role="img" aria-label={label} className="size-full" />;
}

const LOOKS: Record<Curve['tone'], (colours: ChartColours) => object> = {
  main: (colours) => ({ color: colours.accent, lineWidth: 2, lineStyle: LineStyle.Solid }),
  quiet: (colours) => ({ color: colours.inkFaint, lineWidth: 1, lineStyle: LineStyle.Dashed }),
  second: (colours) => ({
    color: colours.indicators[1] ?? colours.ink,
    lineWidth: 2,
    lineStyle: LineStyle.Solid,
  }),
  third: (colours) => ({
    color: colours.indicators[2] ?? colours.ink,
    lineWidth: 2,
    lineStyle: LineStyle.Solid,
  }),
};
