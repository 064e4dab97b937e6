// Several lines over time, in panes that share the time axis: equity against its benchmark, drawdown below.
import {
  AreaSeries,
  createChart,
  LineSeries,
  LineStyle,
  type IChartApi,
  type ISeriesApi,
  type UTCTimestamp,
} from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import { formatMoney, formatPercent, type Region } from '../formatting';
import { useTheme } from '../theme';
import { chartColours, chartOptions, faded, lineColours, type ChartColours } from './chartTheme';
import { useRegion } from './region';

export interface DrawnLine {
  name: string;
  /** Seconds since 1970, ascending. */
  times: readonly number[];
  values: readonly number[];
  /** Which of the line colours, or the loss colour as an area that hangs from zero. */
  look: 0 | 1 | 2 | 3 | 4 | 'depth';
  dashed?: boolean;
  unit: 'money' | 'percent';
  pane?: 0 | 1;
}

interface LinesChartProps {
  label: string;
  lines: readonly DrawnLine[];
}

export function LinesChart({ label, lines }: LinesChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const chart = useRef<IChartApi>(null);
  const series = useRef<ISeriesApi<'Line' | 'Area'>[]>([]);
  const region = useRegion();
  const theme = useTheme((state) => state.theme);

  useEffect(() => {
    if (!holder.current) return undefined;
    const made = createChart(holder.current, { autoSize: true });
    chart.current = made;
    return () => {
      made.remove();
      chart.current = null;
      series.current = [];
    };
  }, []);

  useEffect(() => {
    const drawing = chart.current;
    if (!drawing) return;
    const colours = chartColours();
    const options = chartOptions(colours, region);
    drawing.applyOptions({
      ...options,
      layout: { ...options.layout, panes: { separatorColor: colours.line, enableResize: false } },
      // All of a long run fits, however narrow the screen.
      timeScale: { ...options.timeScale, minBarSpacing: 0.02, fixLeftEdge: true, fixRightEdge: true },
      handleScroll: { vertTouchDrag: false, mouseWheel: false },
      handleScale: { mouseWheel: false },
    });
    for (const old of series.current) drawing.removeSeries(old);
    series.current = lines.map((line) => addLine(drawing, line, colours, region));
    const [upper, lower] = drawing.panes();
    upper?.setStretchFactor(3);
    lower?.setStretchFactor(1);
    drawing.timeScale().fitContent();
  }, [lines, theme, region]);

  return <div ref={holder} role="img" aria-label={label} className="size-full" />;
}

function addLine(
  drawing: IChartApi,
  line: DrawnLine,
  colours: ChartColours,
  region: Region,
): ISeriesApi<'Line' | 'Area'> {
  const common = {
    priceLineVisible: false,
    lastValueVisible: false,
    priceFormat: {
      type: 'custom' as const,
      minMove: 0.0001,
      formatter: (value: number) => axisText(value, line.unit, region),
    },
  };
  const pane = line.pane ?? 0;
  const made =
    line.look === 'depth'
      ? drawing.addSeries(
          AreaSeries,
          {
            ...common,
            lineColor: colours.loss,
            lineWidth: 1,
            invertFilledArea: true,
            topColor: faded(colours.loss, 0.04),
            bottomColor: faded(colours.loss, 0.3),
          },
          pane,
        )
      : drawing.addSeries(
          LineSeries,
          {
            ...common,
            color: lineColours(colours)[line.look] ?? colours.ink,
            lineWidth: line.look === 0 ? 2 : 1,
            lineStyle: line.dashed ? LineStyle.Dashed : LineStyle.Solid,
          },
          pane,
        );
  made.setData(
    line.times.map((time, index) => ({ time: time as UTCTimestamp, value: line.values[index] ?? 0 })),
  );
  return made;
}

function axisText(value: number, unit: DrawnLine['unit'], { locale }: Region): string {
  return unit === 'money' ? formatMoney(value, locale) : formatPercent(value, locale);
}
