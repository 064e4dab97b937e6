// A backtest or an optimisation that is waiting, running, failed or canceled.
import { Button, ButtonLink } from '../../components/Button';
import { Card } from '../../components/Card';
import { EmptyState } from '../../components/EmptyState';
import { ExclamationTriangleIcon } from '@heroicons/react/16/solid';
import type { RunStatus } from '../../api/types';
import { ProgressBar } from '../../components/ProgressBar';
import { useRegion } from '../../components/region';
import { formatPercent } from '../../formatting';

interface NotCompleteProps {
  what: string;
  run: { status: RunStatus; progress: number; error: string | null };
  /** Where its settings are changed and run again. */
  again: string;
  /** Handed over to that page. */
  state?: unknown;
  cancelling: boolean;
  onCancel: () => void;
}

export function NotComplete({ what, run, again, state, cancelling, onCancel }: NotCompleteProps) {
  const { locale } = useRegion();
  const edit = (
    <ButtonLink to={again} state={state} variant="primary">
      Edit and run again
    </ButtonLink>
  );
  if (run.status === 'failed') {
    return (
      <Card>
        <EmptyState
          title={`The ${what} failed`}
          icon={<ExclamationTriangleIcon className="text-attention" />}
          action={edit}
        >
          {run.error ?? 'It ended without saying why. Run it again; if it fails again, change its settings.'}
        </EmptyState>
      </Card>
    );
  }
  if (run.status === 'canceled') {
    return (
      <Card>
        <EmptyState title={`The ${what} was canceled`} action={edit}>
          Nothing of it is kept but its settings.
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card>
      <div role="status" className="mx-auto flex max-w-md flex-col items-center gap-3 px-4 py-10 text-center">
        <p className="font-medium">
          {run.status === 'queued'
            ? 'Waiting for a free worker'
            : `Running: ${formatPercent(run.progress, locale, 0)}`}
        </p>
        <ProgressBar label={`Progress of the ${what}`} value={run.progress} className="w-full" />
        <p className="text-sm text-ink-faint">
          You may leave this page; the {what} goes on, and its result will be here.
        </p>
        <Button busy={cancelling} onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </Card>
  );
}
