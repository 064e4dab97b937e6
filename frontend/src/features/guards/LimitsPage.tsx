// Limits over all live bots, and the switch that stops all buying.
import { Link } from 'react-router';
import { Card } from '../../components/Card';
import { ErrorState } from '../../components/ErrorState';
import { PageHeader } from '../../components/PageHeader';
import { Skeleton } from '../../components/Skeleton';
import type { ApiKey, Limit } from '../../api/types';
import { useApiKeys, useExchanges } from '../exchanges/queries';
import { LimitForm } from './LimitForm';
import { useLimits } from './queries';
import { SwitchCard } from './SwitchCard';

export function LimitsPage() {
  const limits = useLimits();
  const keys = useApiKeys();
  const failed = [limits, keys].find((query) => query.isError && !query.data);
  return (
    <>
      <PageHeader
        title="Limits"
        below="Over all live bots together, besides what each of them is set to. They bind purchases only: sales always go through."
      />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,48rem)_minmax(0,24rem)]">
        <div className="grid gap-4">
          {failed && (
            <Card>
              <ErrorState
                title="The limits could not be loaded"
                cause={failed.error}
                onRetry={() => void failed.refetch()}
                retrying={failed.isFetching}
              />
            </Card>
          )}
          {!failed && !(limits.data && keys.data) && <Skeleton className="h-40 !rounded-lg" />}
          {limits.data && keys.data && <Scopes limits={limits.data} keys={keys.data.items} />}
        </div>
        <SwitchCard />
      </div>
    </>
  );
}

function Scopes({ limits, keys }: { limits: readonly Limit[]; keys: readonly ApiKey[] }) {
  const exchanges = useExchanges().data ?? [];
  const nameOf = (id: string) => exchanges.find((one) => one.id === id)?.name ?? id;
  const limitOf = (id: string | null) => limits.find((limit) => limit.api_key_id === id);
  return (
    <>
      <Card title="Over all accounts">
        <LimitForm keyId={null} limit={limitOf(null)} />
      </Card>
      {keys.map((key) => (
        <Card key={key.id} title={`${key.label} · ${nameOf(key.exchange)}`}>
          <LimitForm keyId={key.id} limit={limitOf(key.id)} />
        </Card>
      ))}
      {keys.length === 0 && (
        <p className="text-sm text-ink-faint">
          Each account has limits of its own as well.{' '}
          <Link to="/exchange-keys" className="text-accent underline underline-offset-4">
            Connect an account
          </Link>{' '}
          to set them.
        </p>
      )}
    </>
  );
}
