// The truth report of a bot: what was tested, what paper made of it, and what came of real money, side by side.
import { InformationCircleIcon } from '@heroicons/react/16/solid';
import type { Truth } from '../../api/types';
import { EmptyState } from '../../components/EmptyState';
import { ErrorState } from '../../components/ErrorState';
import { Moment } from '../../components/Figures';
import { Skeleton } from '../../components/Skeleton';
import { Button } from '../../components/Button';
import { ComparisonSection } from './ComparisonSection';
import { CoursesTable } from './CoursesTable';
import { useTruth } from './queries';

interface TruthPanelProps {
  botId: string;
  quote: string;
  base: string;
}

export function TruthPanel({ botId, quote, base }: TruthPanelProps) {
  const truth = useTruth(botId);
  if (truth.isError && !truth.data) {
    return (
      <ErrorState
        title="The report could not be made"
        cause={truth.error}
        onRetry={() => void truth.refetch()}
        retrying={truth.isFetching}
      />
    );
  }
  if (!truth.data) {
    return (
      <div aria-busy className="space-y-3 p-4">
        <Skeleton className="h-24" />
        <Skeleton className="h-48" />
      </div>
    );
  }
  return (
    <>
      <header className="flex flex-wrap items-center justify-between gap-3 px-4 py-3 text-sm text-ink-soft">
        <span>
          The same settings over the same time, <Moment at={truth.data.since} /> to{' '}
          <Moment at={truth.data.until} />
        </span>
        <Button size="small" busy={truth.isFetching} onClick={() => void truth.refetch()}>
          Make it anew
        </Button>
      </header>
      <Report truth={truth.data} quote={quote} base={base} />
    </>
  );
}

function Report({ truth, quote, base }: { truth: Truth; quote: string; base: string }) {
  return (
    <div className="divide-y divide-line border-t border-line">
      {truth.courses.length === 0 ? (
        <EmptyState title="There is nothing to compare yet">
          The report begins with the first whole candle after the bot was started, and grows with each one.
        </EmptyState>
      ) : (
        <CoursesTable courses={truth.courses} quote={quote} />
      )}
      {truth.comparisons.map((comparison) => (
        <ComparisonSection
          key={`${comparison.expected} ${comparison.actual}`}
          comparison={comparison}
          quote={quote}
          base={base}
        />
      ))}
      {truth.notes.length > 0 && (
        <ul className="space-y-1.5 p-4 text-sm text-ink-soft">
          {truth.notes.map((note) => (
            <li key={note} className="flex items-start gap-2">
              <InformationCircleIcon aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-faint" />
              {note}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
