// All backtests: how far they are, what came of them, and choosing some to compare.
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { Button, ButtonLink } from '../../components/Button';
import { Card } from '../../components/Card';
import { Choice } from '../../components/Choice';
import { EmptyState } from '../../components/EmptyState';
import { ErrorState } from '../../components/ErrorState';
import { Pagination } from '../../components/Pagination';
import { BacktestsTable } from './BacktestsTable';
import { useBacktests } from './queries';
import { ResearchHeader } from './ResearchHeader';
import { STATUS_FILTERS } from './words';

const LIMIT = 50;
const LEAST_COMPARED = 2;
const MOST_COMPARED = 5;

export function BacktestsPage() {
  const [search, setSearch] = useSearchParams();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const status = STATUS_FILTERS.find((one) => one.value === search.get('status'))?.value ?? 'all';
  const offset = Math.max(0, Number(search.get('offset')) || 0);
  const backtests = useBacktests({ limit: LIMIT, offset, ...(status === 'all' ? {} : { status }) });
  const hasNone = backtests.data?.total === 0 && status === 'all';

  return (
    <>
      <ResearchHeader
        place="backtests"
        actions={
          <ButtonLink to="/backtests/new" variant="primary">
            New backtest
          </ButtonLink>
        }
      />
      <Card
        flush
        title={
          <Choice
            label="State"
            options={STATUS_FILTERS}
            value={status}
            onChange={(value) => {
              setSearch(value === 'all' ? {} : { status: value }, { replace: true });
            }}
          />
        }
        aside={
          <CompareChosen
            chosen={chosen}
            onClear={() => {
              setChosen([]);
            }}
          />
        }
      >
        {backtests.isError && !backtests.data ? (
          <ErrorState
            title="The backtests could not be loaded"
            cause={backtests.error}
            onRetry={() => void backtests.refetch()}
            retrying={backtests.isFetching}
          />
        ) : (
          <BacktestsTable
            backtests={backtests.data?.items}
            chosen={chosen}
            full={chosen.length >= MOST_COMPARED}
            onChoose={(id, isChosen) => {
              setChosen((now) => (isChosen ? [...now, id] : now.filter((one) => one !== id)));
            }}
            empty={hasNone ? <NoBacktests /> : <NoMatch />}
          />
        )}
        <Pagination
          page={backtests.data}
          onMove={(to) => {
            setSearch({ ...Object.fromEntries(search), offset: String(to) });
          }}
        />
      </Card>
    </>
  );
}

function CompareChosen({ chosen, onClear }: { chosen: readonly string[]; onClear: () => void }) {
  if (chosen.length < LEAST_COMPARED) {
    return (
      <span className="text-xs text-ink-faint">
        {chosen.length === 0 ? 'Tick 2 to 5 to compare them' : 'Tick at least one more to compare'}
      </span>
    );
  }
  return (
    <span className="flex items-center gap-2">
      <Button variant="plain" size="small" onClick={onClear}>
        Clear
      </Button>
      <ButtonLink size="small" variant="primary" to={`/backtests/compare?ids=${chosen.join(',')}`}>
        Compare {chosen.length}
      </ButtonLink>
    </span>
  );
}

function NoBacktests() {
  return (
    <EmptyState
      title="You have no backtests yet"
      action={
        <ButtonLink to="/backtests/new" variant="primary">
          Run a backtest
        </ButtonLink>
      }
    >
      A backtest trades a strategy over recorded candles, with fees and slippage, and says what it is worth.
    </EmptyState>
  );
}

function NoMatch() {
  return <EmptyState title="No backtest is in this state">Choose another state above.</EmptyState>;
}
