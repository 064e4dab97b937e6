// Quantile bands: where most courses went, and the middle one. Drawn by hand, because the chart library fills no bands.
import { useRegion } from './region';
import { formatCount, formatMoney } from '../formatting';

interface BandChartProps {
  label: string;
  steps: readonly number[];
  /** One row a quantile, lowest first; the outermost two, the next two, … enclose a band. */
  bands: readonly (readonly number[])[];
  /** A level to compare with: what it began with. */
  level: number;
  stepTitle: string;
}

const WIDTH = 600;
const HEIGHT = 220;

export function BandChart({ label, steps, bands, level, stepTitle }: BandChartProps) {
  const { locale } = useRegion();
  const all = [...bands.flat(), level];
  const lowest = Math.min(...all);
  const highest = Math.max(...all);
  const room = (highest - lowest || Math.abs(level) || 1) * 0.05;
  const last = steps.at(-1) ?? 1;
  const x = (index: number) => ((steps[index] ?? 0) / (last || 1)) * WIDTH;
  const y = (value: number) => HEIGHT - ((value - lowest + room) / (highest - lowest + 2 * room)) * HEIGHT;
  const points = (row: readonly number[]) =>
    row.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`);
  const pairs = Math.floor(bands.length / 2);
  const middle = bands.length % 2 === 1 ? bands[pairs] : undefined;
  return (
    <figure className="min-w-0">
      <div className="relative h-55">
        <svg
          role="img"
          aria-label={label}
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          className="size-full"
        >
          {Array.from({ length: pairs }, (_, index) => (
            <polygon
              key={index}
              points={[...points(bands[index] ?? []), ...points(bands.at(-1 - index) ?? []).reverse()].join(
                ' ',
              )}
              className="fill-(--line-second)"
              fillOpacity={0.18}
            />
          ))}
          <line
            x1={0}
            x2={WIDTH}
            y1={y(level)}
            y2={y(level)}
            className="stroke-line-strong"
            strokeDasharray="4 4"
            vectorEffect="non-scaling-stroke"
          />
          {middle && (
            <polyline
              points={points(middle).join(' ')}
              fill="none"
              className="stroke-accent"
              strokeWidth={2}
              vectorEffect="non-scaling-stroke"
            />
          )}
        </svg>
        <span className="figure pointer-events-none absolute top-0 right-0 bg-surface/80 pl-1 text-2xs text-ink-faint">
          {formatMoney(highest, locale)}
        </span>
        <span className="figure pointer-events-none absolute right-0 bottom-0 bg-surface/80 pl-1 text-2xs text-ink-faint">
          {formatMoney(lowest, locale)}
        </span>
      </div>
      <figcaption className="mt-1 flex justify-between text-2xs text-ink-faint">
        <span className="figure">0</span>
        <span>{stepTitle}</span>
        <span className="figure">{formatCount(last, locale)}</span>
      </figcaption>
    </figure>
  );
}
