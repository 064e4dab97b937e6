// The candles of a run with its lines and fills; tells which span is in sight.
import { useEffect, useRef } from 'react';
import type { Fill, RunCandles } from '../api/types';
import { useTheme } from '../theme';
import { useRegion } from './region';
import { RunDrawing, type Sight } from './runDrawing';

interface RunChartProps {
  label: string;
  candles: RunCandles;
  fills: readonly Fill[];
  /** What is written at a fill, by its purpose. */
  words: (purpose: string) => string;
  /** What to show when candles change; everything where it is null. */
  sight: Sight | null;
  onSight: (sight: Sight) => void;
}

const PAUSE = 350;

export function RunChart({ label, candles, fills, words, sight, onSight }: RunChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const drawing = useRef<RunDrawing>(null);
  const wanted = useRef(sight);
  const tell = useRef(onSight);
  const region = useRegion();
  const theme = useTheme((state) => state.theme);

  useEffect(() => {
    wanted.current = sight;
    tell.current = onSight;
  }, [sight, onSight]);

  useEffect(() => {
    if (!holder.current) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const made = new RunDrawing(holder.current, (seen) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        tell.current(seen);
      }, PAUSE);
    });
    drawing.current = made;
    return () => {
      clearTimeout(timer);
      made.remove();
      drawing.current = null;
    };
  }, []);

  useEffect(() => {
    drawing.current?.restyle(region);
  }, [theme, region]);

  useEffect(() => {
    drawing.current?.draw(candles, wanted.current);
  }, [candles, theme]);

  useEffect(() => {
    drawing.current?.drawFills(fills, words);
  }, [fills, words, candles, theme]);

  return <div ref={holder} role="img" aria-label={label} className="size-full" />;
}
