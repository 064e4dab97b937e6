// The curve of realised profit and loss: above zero it is a profit, below a loss.
import { BaselineSeries, createChart, LineStyle, type IChartApi, type ISeriesApi } from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import type { EquityPoint } from '../api/types';
import { useTheme } from '../theme';
import { axisMoney, chartColours, chartOptions, faded } from './chartTheme';
import { drawn, isShort } from './equityCurve';
import { useRegion } from './region';

interface EquityChartProps {
  label: string;
  points: readonly EquityPoint[];
}

export function EquityChart({ label, points }: EquityChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const chart = useRef<IChartApi>(null);
  const series = useRef<ISeriesApi<'Baseline'>>(null);
  const region = useRegion();
  const theme = useTheme((state) => state.theme);

  useEffect(() => {
    if (!holder.current) return undefined;
    const made = createChart(holder.current, { autoSize: true });
    chart.current = made;
    series.current = made.addSeries(BaselineSeries, { baseValue: { type: 'price', price: 0 } });
    return () => {
      made.remove();
      chart.current = null;
      series.current = null;
    };
  }, []);

  useEffect(() => {
    const colours = chartColours();
    chart.current?.applyOptions(chartOptions(colours, region));
    series.current?.applyOptions({
      topLineColor: colours.profit,
      topFillColor1: faded(colours.profit, 0.22),
      topFillColor2: faded(colours.profit, 0.02),
      bottomLineColor: colours.loss,
      bottomFillColor1: faded(colours.loss, 0.02),
      bottomFillColor2: faded(colours.loss, 0.22),
      lineWidth: 2,
      priceLineVisible: false,
      priceFormat: { type: 'custom', minMove: 0.01, formatter: (value: number) => axisMoney(value, region) },
    });
    const zero = series.current?.createPriceLine({
      price: 0,
      color: colours.lineStrong,
      lineWidth: 1,
      lineStyle: LineStyle.Dashed,
      axisLabelVisible: false,
    });
    return () => {
      if (zero) series.current?.removePriceLine(zero);
    };
  }, [theme, region]);

  useEffect(() => {
    const data = drawn(points);
    series.current?.setData(data);
    chart.current?.timeScale().applyOptions({ secondsVisible: isShort(data) });
    chart.current?.timeScale().fitContent();
  }, [points]);

  return <div ref={holder} role="img" aria-label={label} className="size-full" />;
}
