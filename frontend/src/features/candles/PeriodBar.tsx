// What is stored as a bar, with the chosen period on it.
import { formatDays } from '../../formatting';
import { useRegion } from '../../components/region';
import type { Range } from './coverage';

interface PeriodBarProps {
  ranges: readonly Range[];
  chosen: Range | null;
}

export function PeriodBar({ ranges, chosen }: PeriodBarProps) {
  const { locale } = useRegion();
  const first = ranges[0];
  const last = ranges.at(-1);
  if (!first || !last) return null;
  const from = Math.min(first.from, chosen?.from ?? first.from);
  const to = Math.max(last.to, chosen?.to ?? last.to);
  const width = Math.max(1, to - from);
  const place = (range: Range) => ({
    left: `${((range.from - from) / width) * 100}%`,
    width: `${Math.max(0.5, ((range.to - range.from) / width) * 100)}%`,
  });
  return (
    <div>
      <div
        role="img"
        aria-label={`Stored: ${ranges.map((range) => words(range, locale)).join(', ')}`}
        className="relative h-5 overflow-hidden rounded-sm border border-line bg-sunken"
      >
        {ranges.map((range) => (
          <span
            key={range.from}
            className="absolute inset-y-1 rounded-xs bg-line-strong"
            style={place(range)}
            title={words(range, locale)}
          />
        ))}
        {chosen && chosen.to > chosen.from && (
          <span
            className="absolute inset-y-0 border-x-2 border-accent bg-accent-soft"
            style={place(chosen)}
          />
        )}
      </div>
      <p className="mt-1 flex flex-wrap justify-between gap-x-4 text-xs text-ink-faint">
        <span>
          <span aria-hidden className="mr-1.5 inline-block h-2 w-3 bg-line-strong" />
          Stored: {ranges.map((range) => words(range, locale)).join('; ')}
        </span>
        {chosen && (
          <span>
            <span
              aria-hidden
              className="mr-1.5 inline-block h-2 w-3 border-x-2 border-accent bg-accent-soft"
            />
            Chosen
          </span>
        )}
      </p>
    </div>
  );
}

function words({ from, to }: Range, locale: string): string {
  return formatDays(new Date(from * 1000).toISOString(), new Date(to * 1000).toISOString(), locale);
}
