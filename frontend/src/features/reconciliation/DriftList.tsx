// Differences, newest first: what the ledger says, what the exchange says, and a way to settle each.
import { Link } from 'react-router';
import toast from 'react-hot-toast';
import { toApiError } from '../../api/errors';
import type { ApiKey, Drift } from '../../api/types';
import { Button } from '../../components/Button';
import { Age, Moment, Quantity } from '../../components/Figures';
import { Skeleton } from '../../components/Skeleton';
import { Badge } from '../../components/Status';
import { Term } from '../../components/Tooltip';
import { useApiKeys } from '../exchanges/queries';
import { useSettleDrift } from './queries';
import { KIND_WORDS, STATE_WORDS } from './words';

interface DriftListProps {
  /** undefined while they are loading. */
  drifts: readonly Drift[] | undefined;
}

export function DriftList({ drifts }: DriftListProps) {
  const keys = useApiKeys().data?.items ?? [];
  if (!drifts) {
    return (
      <div className="space-y-4 p-4">
        <Skeleton className="h-16" />
        <Skeleton className="h-16" />
      </div>
    );
  }
  return (
    <ul aria-label="Differences" className="divide-y divide-line">
      {drifts.map((drift) => (
        <li key={drift.id} className="p-4">
          <OneDrift drift={drift} account={keys.find((one) => one.id === drift.api_key_id)} />
        </li>
      ))}
    </ul>
  );
}

interface OneDriftProps {
  drift: Drift;
  account: ApiKey | undefined;
}

function OneDrift({ drift, account }: OneDriftProps) {
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0 flex-1 basis-80">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          {KIND_WORDS[drift.kind]}
          <Badge tone={drift.state === 'confirmed' ? 'attention' : 'plain'}>{STATE_WORDS[drift.state]}</Badge>
        </p>
        <p className="mt-1 text-sm text-ink-soft">{drift.explanation}</p>
        {drift.resolution && <p className="mt-1 text-sm text-ink-soft">{drift.resolution}</p>}
        <p className="mt-2 flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-ink-faint">
          {drift.symbol && <span>{drift.symbol}</span>}
          {drift.bot_id && (
            <Link to={`/bots/${drift.bot_id}`} className="text-accent underline underline-offset-4">
              {drift.bot_name}
            </Link>
          )}
          {account && <span>{account.label}</span>}
          <span>
            first seen <Moment at={drift.first_seen_at} />
          </span>
          {drift.resolved_at ? (
            <span>
              settled <Moment at={drift.resolved_at} />
            </span>
          ) : (
            <span>
              last seen <Age at={drift.last_seen_at} />
            </span>
          )}
        </p>
      </div>
      <Values drift={drift} />
      {drift.state !== 'resolved' && <Settle drift={drift} />}
    </div>
  );
}

function Values({ drift }: { drift: Drift }) {
  if (drift.ledger_value === null && drift.exchange_value === null) return null;
  return (
    <dl className="grid grid-cols-[auto_auto] gap-x-4 gap-y-0.5 text-sm">
      <dt className="text-ink-faint">
        <Term definition="What this platform has written down of its own orders and their fills.">
          Ledger
        </Term>
      </dt>
      <dd className="text-right">
        <Quantity value={drift.ledger_value} />
      </dd>
      <dt className="text-ink-faint">Exchange</dt>
      <dd className="text-right">
        <Quantity value={drift.exchange_value} />
      </dd>
    </dl>
  );
}

function Settle({ drift }: { drift: Drift }) {
  const settle = useSettleDrift();
  return (
    <Button
      size="small"
      busy={settle.isPending}
      title="If the difference is still there at the next comparison, it comes back."
      onClick={() => {
        settle.mutate(drift.id, {
          onSuccess: () => toast.success('Settled. If the difference is still there, it comes back.'),
          onError: (cause) => toast.error(toApiError(cause).message),
        });
      }}
    >
      It is settled
    </Button>
  );
}
