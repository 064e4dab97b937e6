// What is checked before a bot goes live: each point with a mark, a word and a sentence.
import { CheckIcon, ExclamationTriangleIcon, XMarkIcon } from '@heroicons/react/16/solid';
import type { PromotionCheck } from '../../api/types';
import { ErrorState } from '../../components/ErrorState';
import { Skeleton } from '../../components/Skeleton';
import type { useChecklist } from './queries';

const LOOKS = {
  passed: { Icon: CheckIcon, words: 'Passed', look: 'text-ink-faint' },
  warning: { Icon: ExclamationTriangleIcon, words: 'Note', look: 'text-accent' },
  failed: { Icon: XMarkIcon, words: 'Failed', look: 'text-attention' },
} as const;

const EXPECTED = 6;

export function Checklist({ checks }: { checks: ReturnType<typeof useChecklist> }) {
  return (
    <section aria-label="Checklist" className="rounded-md border border-line bg-ground p-4 text-sm">
      {checks.isError && !checks.data ? (
        <ErrorState
          title="The checklist could not be made"
          cause={checks.error}
          onRetry={() => void checks.refetch()}
          retrying={checks.isFetching}
        />
      ) : checks.data ? (
        <ul aria-busy={checks.isFetching} className={`space-y-2 ${checks.isFetching ? 'opacity-60' : ''}`}>
          {checks.data.map((check) => (
            <Point key={check.name} check={check} />
          ))}
        </ul>
      ) : checks.isLoading ? (
        <div className="space-y-3">
          {Array.from({ length: EXPECTED }, (_, index) => (
            <Skeleton key={index} className="h-4" />
          ))}
        </div>
      ) : (
        <p className="text-ink-faint">Choose an account and an amount of money to see what is checked.</p>
      )}
    </section>
  );
}

function Point({ check }: { check: PromotionCheck }) {
  const { Icon, words, look } = LOOKS[check.level];
  return (
    <li className="flex items-start gap-2">
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${look}`} />
      <span className="text-ink-soft">
        {check.level === 'passed' ? (
          <span className="sr-only">{words}: </span>
        ) : (
          <span className={`font-medium ${look}`}>{words}: </span>
        )}
        {check.message}
      </span>
    </li>
  );
}
