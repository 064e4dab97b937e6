// When each account was last compared with its exchange, and what kept it from being.
import { Card } from '../../components/Card';
import { EmptyState } from '../../components/EmptyState';
import { ErrorState } from '../../components/ErrorState';
import { Age } from '../../components/Figures';
import { Skeleton } from '../../components/Skeleton';
import { Status } from '../../components/Status';
import type { AccountComparison, ApiKey } from '../../api/types';
import { useApiKeys } from '../exchanges/queries';
import { useComparisons } from './queries';

export function ComparisonsCard() {
  const comparisons = useComparisons();
  const keys = useApiKeys();
  const failed = [comparisons, keys].find((query) => query.isError && !query.data);
  return (
    <Card title="Accounts" flush>
      {failed && (
        <ErrorState
          title="The comparisons could not be loaded"
          cause={failed.error}
          onRetry={() => void failed.refetch()}
          retrying={failed.isFetching}
        />
      )}
      {!failed && !(comparisons.data && keys.data) && <Skeleton className="m-4 h-12" />}
      {comparisons.data && keys.data && <Accounts comparisons={comparisons.data} keys={keys.data.items} />}
    </Card>
  );
}

interface AccountsProps {
  comparisons: readonly AccountComparison[];
  keys: readonly ApiKey[];
}

function Accounts({ comparisons, keys }: AccountsProps) {
  if (keys.length === 0) {
    return (
      <EmptyState title="No account is connected">On paper there is nothing to compare with.</EmptyState>
    );
  }
  return (
    <ul className="divide-y divide-line">
      {keys.map((key) => (
        <li key={key.id} className="p-4 text-sm">
          <p className="font-medium">{key.label}</p>
          <State comparison={comparisons.find((one) => one.api_key_id === key.id)} />
        </li>
      ))}
    </ul>
  );
}

function State({ comparison }: { comparison: AccountComparison | undefined }) {
  if (!comparison)
    return <p className="mt-0.5 text-ink-faint">Not compared yet: no live bot trades on it.</p>;
  return (
    <div className="mt-1 text-ink-soft">
      <Status mark={comparison.problem ? 'attention' : 'idle'}>
        {comparison.compared_at ? (
          <>
            Compared <Age at={comparison.compared_at} />
          </>
        ) : (
          'Never compared so far'
        )}
      </Status>
      {comparison.problem && (
        <p className="mt-1">
          {comparison.problem} Last tried <Age at={comparison.attempted_at} />.
        </p>
      )}
    </div>
  );
}
