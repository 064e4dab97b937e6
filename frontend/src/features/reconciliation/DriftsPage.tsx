// What the ledger and the exchanges disagree about, over all accounts.
import { useSearchParams } from 'react-router';
import { Card } from '../../components/Card';
import { Choice } from '../../components/Choice';
import { EmptyState } from '../../components/EmptyState';
import { ErrorState } from '../../components/ErrorState';
import { PageHeader } from '../../components/PageHeader';
import { Pagination } from '../../components/Pagination';
import { ComparisonsCard } from './ComparisonsCard';
import { DriftList } from './DriftList';
import { useDrifts } from './queries';

const WHICH = [
  { value: 'open', title: 'Open' },
  { value: 'all', title: 'All' },
] as const;

const LIMIT = 20;

export function DriftsPage() {
  const [search, setSearch] = useSearchParams();
  const which = search.get('which') === 'all' ? 'all' : 'open';
  const offset = Math.max(0, Number(search.get('offset')) || 0);
  const drifts = useDrifts({ limit: LIMIT, offset, ...(which === 'open' ? { state: which } : {}) });
  return (
    <>
      <PageHeader
        title="Differences"
        below="Every account is compared with its exchange again and again. What does not match is listed here, and pauses the bot it concerns."
      />
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <Card
          flush
          title={
            <Choice
              label="Which differences"
              options={WHICH}
              value={which}
              onChange={(chosen) => {
                setSearch(chosen === 'open' ? {} : { which: chosen }, { replace: true });
              }}
            />
          }
        >
          {drifts.isError && !drifts.data ? (
            <ErrorState
              title="The differences could not be loaded"
              cause={drifts.error}
              onRetry={() => void drifts.refetch()}
              retrying={drifts.isFetching}
            />
          ) : drifts.data?.items.length === 0 ? (
            <EmptyState
              title={which === 'open' ? 'Ledger and exchanges agree' : 'There was no difference yet'}
            >
              A difference is suspected when it is first seen, and confirmed when the next comparison sees it
              too.
            </EmptyState>
          ) : (
            <DriftList drifts={drifts.data?.items} />
          )}
          <Pagination
            page={drifts.data}
            onMove={(to) => {
              setSearch({ ...Object.fromEntries(search), offset: String(to) });
            }}
          />
        </Card>
        <ComparisonsCard />
      </div>
    </>
  );
}
