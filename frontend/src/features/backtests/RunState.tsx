// Which state a backtest or an optimisation is in, and how far it is while it runs.
import type { RunStatus } from '../../api/types';
import { ProgressBar } from '../../components/ProgressBar';
import { useRegion } from '../../components/region';
import { Status } from '../../components/Status';
import { formatPercent } from '../../formatting';
import { STATUS_WORDS } from './words';

interface RunStateProps {
  run: { status: RunStatus; progress: number; error: string | null };
}

export function RunState({ run: { status, progress, error } }: RunStateProps) {
  const { locale } = useRegion();
  if (status === 'running') {
    return (
      <span className="inline-flex items-center gap-2">
        <ProgressBar label="Progress" value={progress} className="w-20" />
        <span className="figure text-xs text-ink-soft">{formatPercent(progress, locale, 0)}</span>
      </span>
    );
  }
  return (
    <span title={error ?? undefined}>
      <Status mark={status === 'failed' ? 'attention' : 'idle'}>{STATUS_WORDS[status]}</Status>
    </span>
  );
}
