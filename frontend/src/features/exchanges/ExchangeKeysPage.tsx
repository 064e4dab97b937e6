// The accounts that bots may trade on: what each key may do, and how to add one.
import { useServerNow } from '../../api/useServerNow';
import { Card } from '../../components/Card';
import { EmptyState } from '../../components/EmptyState';
import { ErrorState } from '../../components/ErrorState';
import { PageHeader } from '../../components/PageHeader';
import { Skeleton } from '../../components/Skeleton';
import { FrozenKeys } from './FrozenKeys';
import { KeyList } from './KeyList';
import { NewKey } from './NewKey';
import { useApiKeys, useExchanges } from './queries';

export function ExchangeKeysPage() {
  const keys = useApiKeys();
  const exchanges = useExchanges();
  const now = useServerNow();
  const failed = [keys, exchanges].find((query) => query.isError && !query.data);
  return (
    <>
      <PageHeader
        title="Exchange keys"
        below="Keys are encrypted, never shown again, and refused when they can withdraw. Paper bots need none."
      />
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_minmax(0,34rem)]">
        <Card title="Connected accounts" flush>
          {failed && (
            <ErrorState
              title="Your keys could not be loaded"
              cause={failed.error}
              onRetry={() => void failed.refetch()}
              retrying={failed.isFetching}
            />
          )}
          {!failed && !(keys.data && exchanges.data) && <Skeleton className="m-4 h-20" />}
          {keys.data?.items.length === 0 && (
            <EmptyState title="No account is connected">
              Connect one to let bots trade on it. Until then they trade on paper, at the same prices.
            </EmptyState>
          )}
          {keys.data && exchanges.data && keys.data.items.length > 0 && (
            <>
              <FrozenKeys keys={keys.data.items} now={now} />
              <KeyList keys={keys.data.items} exchanges={exchanges.data} />
            </>
          )}
        </Card>
        {exchanges.data ? (
          <NewKey exchanges={exchanges.data.filter((one) => one.trades)} />
        ) : (
          !failed && <Skeleton className="h-120 !rounded-lg" />
        )}
      </div>
    </>
  );
}
