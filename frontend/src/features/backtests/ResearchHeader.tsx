// The heading that backtests and optimisations share, with the way from one to the other.
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { PageHeader } from '../../components/PageHeader';

type Place = 'backtests' | 'optimizations';

const PLACES: readonly { place: Place; title: string }[] = [
  { place: 'backtests', title: 'Backtests' },
  { place: 'optimizations', title: 'Optimisations' },
];

export function ResearchHeader({ place, actions }: { place: Place; actions: ReactNode }) {
  const title = PLACES.find((one) => one.place === place)?.title ?? '';
  return (
    <>
      <PageHeader title={title} actions={actions} />
      <nav aria-label="Research" className="mb-4 flex gap-1 border-b border-line">
        {PLACES.map((one) => (
          <Link
            key={one.place}
            to={`/${one.place}`}
            aria-current={one.place === place ? 'page' : undefined}
            className="relative flex h-9 items-center px-3 text-sm font-medium text-ink-faint transition-colors hover:text-ink focus-visible:-outline-offset-2 aria-[current=page]:text-ink aria-[current=page]:after:absolute aria-[current=page]:after:inset-x-3 aria-[current=page]:after:-bottom-px aria-[current=page]:after:h-0.5 aria-[current=page]:after:bg-accent"
          >
            {one.title}
          </Link>
        ))}
      </nav>
    </>
  );
}
