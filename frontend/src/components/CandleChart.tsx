// Candles with the strategy's lines, what was traded, and the levels of the open position.
// Rising candles are hollow and falling ones filled, because green and red mean profit and loss here.
import { useEffect, useRef } from 'react';
import { useTheme } from '../theme';
import { CandleDrawing, type CandlePicture } from './candleDrawing';
import { useRegion } from './region';

interface CandleChartProps extends CandlePicture {
  label: string;
}

export function CandleChart({ label, candles, live, indicators, markers, levels }: CandleChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const drawing = useRef<CandleDrawing>(null);
  const region = useRegion();
  const theme = useTheme((state) => state.theme);

  useEffect(() => {
    if (!holder.current) return undefined;
    const made = new CandleDrawing(holder.current);
    drawing.current = made;
    return () => {
      made.remove();
      drawing.current = null;
    };
  }, []);

  useEffect(() => {
    drawing.current?.restyle(region);
  }, [theme, region]);

  useEffect(() => {
    drawing.current?.drawCandles(candles, indicators);
  }, [candles, indicators, theme]);

  useEffect(() => {
    if (live) drawing.current?.drawLive(live);
  }, [live, candles]);

  useEffect(() => {
    drawing.current?.drawMarkers(markers);
  }, [markers, candles, theme]);

  useEffect(() => {
    drawing.current?.drawLevels(levels);
  }, [levels, theme]);

  return <div ref={holder} role="img" aria-label={label} className="size-full" />;
}
