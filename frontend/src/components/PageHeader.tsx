// The heading of a page with what can be done there; it names the browser's tab too.
import type { ReactNode } from 'react';

interface PageHeaderProps {
  title: string;
  /** Beside the heading: states and badges. */
  beside?: ReactNode;
  below?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, beside, below, actions }: PageHeaderProps) {
  return (
    <header className="mb-4 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <title>{`${title} · Tradefleet`}</title>
      <div className="min-w-0">
        <div className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="text-xl font-semibold tracking-tight break-words">{title}</h1>
          {beside}
        </div>
        {below && <div className="mt-0.5 text-sm text-ink-faint">{below}</div>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}
