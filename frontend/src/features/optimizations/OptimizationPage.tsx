// One optimisation: how far it is, why it failed, or what it found and how far that is luck.
import { PencilSquareIcon } from '@heroicons/react/16/solid';
import toast from 'react-hot-toast';
import { useNavigate, useParams } from 'react-router';
import { toApiError } from '../../api/errors';
import type { OneOptimization } from '../../api/types';
import { ButtonLink } from '../../components/Button';
import { Card } from '../../components/Card';
import { ErrorState } from '../../components/ErrorState';
import { PageHeader } from '../../components/PageHeader';
import { Skeleton } from '../../components/Skeleton';
import { Badge } from '../../components/Status';
import { DeleteRun } from '../backtests/DeleteRun';
import { NotComplete } from '../backtests/NotComplete';
import { Period } from '../backtests/Period';
import { nameOf, strategyTitle } from '../backtests/words';
import { useStrategies } from '../bots/queries';
import { useCancelOptimization, useDeleteOptimization } from './commands';
import { OptimizationResults } from './OptimizationResults';
import { useOptimization } from './queries';
import { METHODS } from './words';

export function OptimizationPage() {
  const { optimizationId = '' } = useParams();
  const optimization = useOptimization(optimizationId);
  if (optimization.data) return <Loaded key={optimizationId} optimization={optimization.data} />;
  if (optimization.isError) {
    const gone = toApiError(optimization.error).status === 404;
    return (
      <>
        <PageHeader title="Optimisation" />
        <Card>
          <ErrorState
            title={gone ? 'This optimisation does not exist' : 'The optimisation could not be loaded'}
            cause={optimization.error}
            {...(gone
              ? {}
              : { onRetry: () => void optimization.refetch(), retrying: optimization.isFetching })}
          />
          {gone && (
            <p className="pb-6 text-center">
              <ButtonLink to="/optimizations">To your optimisations</ButtonLink>
            </p>
          )}
        </Card>
      </>
    );
  }
  return (
    <div aria-busy className="grid gap-4">
      <title>Optimisation · Tradefleet</title>
      <Skeleton className="h-8 w-64" />
      <Skeleton className="h-24 !rounded-lg" />
      <Skeleton className="h-96 !rounded-lg" />
    </div>
  );
}

function Loaded({ optimization }: { optimization: OneOptimization }) {
  const { data: strategies } = useStrategies();
  const cancel = useCancelOptimization();
  const remove = useDeleteOptimization();
  const navigate = useNavigate();
  const name = nameOf(optimization);
  const { start, end, configuration, method, objective, search } = optimization;
  const again = {
    origin: { name: optimization.name, start, end, configuration },
    before: { method, objective, search },
  };
  return (
    <>
      <PageHeader
        title={name}
        beside={<Badge>{METHODS[method].title}</Badge>}
        below={
          <>
            {optimization.symbol} · {optimization.timeframe} ·{' '}
            {strategyTitle(optimization.strategy, strategies)} · <Period start={start} end={end} />
          </>
        }
        actions={
          <>
            <DeleteRun
              what="optimisation"
              name={name}
              onDelete={async () => {
                await remove.mutateAsync(optimization.id);
                toast.success(`${name} was deleted.`);
                await navigate('/optimizations', { replace: true });
              }}
            />
            <ButtonLink
              to="/optimizations/new"
              state={again}
              variant="plain"
              icon={<PencilSquareIcon className="size-3.5" />}
            >
              Edit and run again
            </ButtonLink>
          </>
        }
      />
      {optimization.status === 'completed' && optimization.result ? (
        <OptimizationResults optimization={optimization} result={optimization.result} />
      ) : (
        <NotComplete
          what="optimisation"
          run={optimization}
          again="/optimizations/new"
          state={again}
          cancelling={cancel.isPending}
          onCancel={() => {
            cancel.mutate(optimization.id);
          }}
        />
      )}
    </>
  );
}
