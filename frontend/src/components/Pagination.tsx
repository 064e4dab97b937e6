// Older and newer pages of a list.
import type { Page } from '../api/types';
import { formatCount } from '../formatting';
import { Button } from './Button';
import { useRegion } from './region';

interface PaginationProps {
  page: Page<unknown> | undefined;
  onMove: (offset: number) => void;
  /** What the buttons say where the list is not one of newest first. */
  words?: readonly [back: string, on: string];
}

export function Pagination({ page, onMove, words = ['Newer', 'Older'] }: PaginationProps) {
  const { locale } = useRegion();
  if (!page || (!page.has_next && !page.has_prev)) return null;
  const last = page.offset + page.items.length;
  return (
    <nav
      aria-label="Pages"
      className="flex items-center justify-between gap-4 border-t border-line px-4 py-2 text-xs text-ink-faint"
    >
      <span>
        {formatCount(page.offset + 1, locale)} to {formatCount(last, locale)} of{' '}
        {formatCount(page.total, locale)}
      </span>
      <span className="flex gap-2">
        <Button
          size="small"
          disabled={!page.has_prev}
          onClick={() => {
            onMove(Math.max(0, page.offset - page.limit));
          }}
        >
          {words[0]}
        </Button>
        <Button
          size="small"
          disabled={!page.has_next}
          onClick={() => {
            onMove(page.offset + page.limit);
          }}
        >
          {words[1]}
        </Button>
      </span>
    </nav>
  );
}
