// A number with its name and, behind the name, its definition.
import type { ReactNode } from 'react';
import { Skeleton } from './Skeleton';
import { Term } from './Tooltip';

interface StatProps {
  label: string;
  definition: ReactNode;
  /** undefined while it is loading. */
  children: ReactNode;
  note?: ReactNode;
  loading?: boolean;
}

export function Stat({ label, definition, note, loading = false, children }: StatProps) {
  return (
    <div className="min-w-0 px-4 py-3">
      <dt className="eyebrow truncate">
        <Term definition={definition}>{label}</Term>
      </dt>
      <dd className="mt-1 flex h-7 items-baseline gap-2 text-lg font-medium">
        {loading ? <Skeleton className="h-5 w-20 self-center" /> : children}
        {!loading && note && <span className="truncate text-xs font-normal text-ink-faint">{note}</span>}
      </dd>
    </div>
  );
}

/** Numbers in one strip, divided by hairlines. */
export function StatStrip({ children, columns }: { children: ReactNode; columns: string }) {
  return (
    <dl
      className={`grid overflow-hidden rounded-lg border border-line bg-line *:bg-surface ${columns} gap-px`}
    >
      {children}
    </dl>
  );
}
