// One backtest: how far it is, why it failed, or what came of it.
import { useParams } from 'react-router';
import { toApiError } from '../../api/errors';
import type { OneBacktest } from '../../api/types';
import { ButtonLink } from '../../components/Button';
import { Card } from '../../components/Card';
import { ErrorState } from '../../components/ErrorState';
import { PageHeader } from '../../components/PageHeader';
import { Skeleton } from '../../components/Skeleton';
import { useStrategies } from '../bots/queries';
import { BacktestActions } from './BacktestActions';
import { BacktestResults } from './BacktestResults';
import { useCancelBacktest } from './commands';
import { Period } from './Period';
import { useBacktest } from './queries';
import { RenameRun } from './RenameRun';
import { NotComplete } from './NotComplete';
import { nameOf, strategyTitle } from './words';

export function BacktestPage() {
  const { backtestId = '' } = useParams();
  const backtest = useBacktest(backtestId);
  if (backtest.data) return <Loaded key={backtestId} backtest={backtest.data} />;
  if (backtest.isError) {
    const gone = toApiError(backtest.error).status === 404;
    return (
      <>
        <PageHeader title="Backtest" />
        <Card>
          <ErrorState
            title={gone ? 'This backtest does not exist' : 'The backtest could not be loaded'}
            cause={backtest.error}
            {...(gone ? {} : { onRetry: () => void backtest.refetch(), retrying: backtest.isFetching })}
          />
          {gone && (
            <p className="pb-6 text-center">
              <ButtonLink to="/backtests">To your backtests</ButtonLink>
            </p>
          )}
        </Card>
      </>
    );
  }
  return <Loading />;
}

function Loaded({ backtest }: { backtest: OneBacktest }) {
  const { data: strategies } = useStrategies();
  const cancel = useCancelBacktest();
  return (
    <>
      <PageHeader
        title={nameOf(backtest)}
        beside={<RenameRun id={backtest.id} name={backtest.name} />}
        below={
          <>
            {backtest.symbol} · {backtest.timeframe} · {strategyTitle(backtest.strategy, strategies)} ·{' '}
            <Period start={backtest.start} end={backtest.end} />
          </>
        }
        actions={<BacktestActions backtest={backtest} />}
      />
      {backtest.status === 'completed' ? (
        <BacktestResults backtest={backtest} />
      ) : (
        <NotComplete
          what="backtest"
          run={backtest}
          again={`/backtests/new?from=${backtest.id}`}
          cancelling={cancel.isPending}
          onCancel={() => {
            cancel.mutate(backtest.id);
          }}
        />
      )}
    </>
  );
}

function Loading() {
  return (
    <div aria-busy className="grid gap-4">
      <title>Backtest · Tradefleet</title>
      <Skeleton className="h-8 w-64" />
      <Skeleton className="h-24 !rounded-lg" />
      <Skeleton className="h-18 !rounded-lg" />
      <Skeleton className="h-116 !rounded-lg" />
    </div>
  );
}
