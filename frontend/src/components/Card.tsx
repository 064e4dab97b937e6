// A surface with a heading; the unit that pages are laid out with.
import type { ReactNode } from 'react';

interface CardProps {
  title?: ReactNode;
  /** Stands at the right of the heading. */
  aside?: ReactNode;
  /** For what brings its own edge to edge content, such as tables. */
  flush?: boolean;
  className?: string;
  children: ReactNode;
}

export function Card({ title, aside, flush = false, className = '', children }: CardProps) {
  return (
    <section className={`flex min-w-0 flex-col rounded-lg border border-line bg-surface ${className}`}>
      {(title !== undefined || aside !== undefined) && (
        <header className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b border-line px-4 py-1.5">
          <h2 className="max-w-full min-w-0 text-sm font-semibold text-ink">{title}</h2>
          {aside}
        </header>
      )}
      <div className={`min-w-0 flex-1 ${flush ? '' : 'p-4'}`}>{children}</div>
    </section>
  );
}
