// What the lines of a chart are.
import type { ReactNode } from 'react';

const COLOURS = ['bg-accent', 'bg-(--line-second)', 'bg-(--line-third)', 'bg-ink', 'bg-ink-faint'] as const;

interface LineLegendProps {
  lines: readonly { name: ReactNode; look: 0 | 1 | 2 | 3 | 4 | 'depth' }[];
}

export function LineLegend({ lines }: LineLegendProps) {
  return (
    <ul className="flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-ink-faint">
      {lines.map(({ name, look }, index) => (
        <li key={index} className="flex min-w-0 items-center gap-1.5">
          <span
            aria-hidden
            className={`h-0.5 w-3 shrink-0 ${look === 'depth' ? 'bg-loss' : COLOURS[look]}`}
          />
          <span className="max-w-48 truncate">{name}</span>
        </li>
      ))}
    </ul>
  );
}
