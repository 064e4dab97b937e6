// What the lines and marks of the chart are.
import type { IndicatorLine } from '../../api/types';

const COLOURS = ['bg-accent', 'bg-(--line-second)', 'bg-(--line-third)'] as const;

export function ChartLegend({ indicators }: { indicators: readonly IndicatorLine[] }) {
  return (
    <ul className="flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-ink-faint">
      {indicators.map((line, index) => (
        <li key={line.name} className="flex items-center gap-1.5">
          <span aria-hidden className={`h-0.5 w-3 ${COLOURS[index % COLOURS.length] ?? ''}`} />
          {line.name}
        </li>
      ))}
      <li className="flex items-center gap-1.5">
        <span aria-hidden className="text-[10px] text-accent">
          ▲
        </span>
        Bought
      </li>
      <li className="flex items-center gap-1.5">
        <span aria-hidden className="text-[10px]">
          <span className="text-profit">▼</span>
          <span className="text-loss">▼</span>
        </span>
        Sold with profit, loss
      </li>
    </ul>
  );
}
