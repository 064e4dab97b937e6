// All optimisations: how far they are and what came of them.
import { Link, useSearchParams } from 'react-router';
import toast from 'react-hot-toast';
import { toApiError } from '../../api/errors';
import type { Optimization, Strategy } from '../../api/types';
import { Button, ButtonLink } from '../../components/Button';
import { Card } from '../../components/Card';
import { EmptyState } from '../../components/EmptyState';
import { ErrorState } from '../../components/ErrorState';
import { Pagination } from '../../components/Pagination';
import { useRegion } from '../../components/region';
import { Table, type Column } from '../../components/Table';
import { formatCount, NOTHING } from '../../formatting';
import { GradeBadge } from '../backtests/BacktestsTable';
import { DeleteRun } from '../backtests/DeleteRun';
import { Return } from '../backtests/Fractions';
import { Period } from '../backtests/Period';
import { ResearchHeader } from '../backtests/ResearchHeader';
import { RunState } from '../backtests/RunState';
import { nameOf, strategyTitle } from '../backtests/words';
import { useStrategies } from '../bots/queries';
import { isOver } from '../realtime/runPatches';
import { useCancelOptimization, useDeleteOptimization } from './commands';
import { useOptimizations } from './queries';
import { METHODS, OBJECTIVES, objectiveText } from './words';

const LIMIT = 50;

export function OptimizationsPage() {
  const [search, setSearch] = useSearchParams();
  const offset = Math.max(0, Number(search.get('offset')) || 0);
  const optimizations = useOptimizations({ limit: LIMIT, offset });
  const { data: strategies } = useStrategies();
  return (
    <>
      <ResearchHeader
        place="optimizations"
        actions={
          <ButtonLink to="/optimizations/new" variant="primary">
            New optimisation
          </ButtonLink>
        }
      />
      <Card flush>
        {optimizations.isError && !optimizations.data ? (
          <ErrorState
            title="The optimisations could not be loaded"
            cause={optimizations.error}
            onRetry={() => void optimizations.refetch()}
            retrying={optimizations.isFetching}
          />
        ) : (
          <Table
            label="Optimisations"
            columns={columns(strategies)}
            rows={optimizations.data?.items}
            rowKey={(run) => run.id}
            expected={6}
            empty={<NoOptimizations />}
          />
        )}
        <Pagination
          page={optimizations.data}
          onMove={(to) => {
            setSearch({ offset: String(to) });
          }}
        />
      </Card>
    </>
  );
}

function columns(strategies: readonly Strategy[] | undefined): readonly Column<Optimization>[] {
  return [
    {
      name: 'name',
      title: 'Name',
      cell: (run) => (
        <Link
          to={`/optimizations/${run.id}`}
          className="block max-w-60 truncate font-medium hover:text-accent hover:underline"
        >
          {nameOf(run)}
        </Link>
      ),
    },
    {
      name: 'state',
      title: 'State',
      definition: 'How far it is; once it is complete, what the best combination is worth, all considered.',
      cell: (run) => (run.summary ? <GradeBadge grade={run.summary.grade} /> : <RunState run={run} />),
    },
    { name: 'method', title: 'Method', cell: (run) => METHODS[run.method].title },
    {
      name: 'objective',
      title: 'Best by',
      definition: 'What was optimised, and its best value among the combinations with enough trades.',
      cell: (run) => <Objective run={run} />,
    },
    {
      name: 'return',
      title: 'Return',
      definition: 'Of the best combination; of a walk-forward, of its chained test parts.',
      align: 'right',
      cell: (run) => <Return value={run.summary?.total_return} />,
    },
    {
      name: 'tried',
      title: 'Tried',
      definition: 'Combinations that were tried; of a walk-forward, its folds.',
      align: 'right',
      cell: (run) => <Tried run={run} />,
    },
    {
      name: 'market',
      title: 'Market',
      cell: (run) => (
        <>
          {run.symbol} <span className="text-ink-faint">{run.timeframe}</span>
        </>
      ),
    },
    {
      name: 'strategy',
      title: 'Strategy',
      cell: (run) => <span className="text-ink-soft">{strategyTitle(run.strategy, strategies)}</span>,
    },
    { name: 'period', title: 'Period', cell: (run) => <Period start={run.start} end={run.end} /> },
    { name: 'actions', title: '', align: 'right', cell: (run) => <Actions run={run} /> },
  ];
}

function Objective({ run }: { run: Optimization }) {
  const region = useRegion();
  const best = run.summary?.objective;
  return (
    <>
      {OBJECTIVES[run.objective].title}{' '}
      {best != null && (
        <span className="figure text-ink-soft">{objectiveText(run.objective, best, region)}</span>
      )}
    </>
  );
}

function Tried({ run }: { run: Optimization }) {
  const { locale } = useRegion();
  if (run.total === 0) return <span className="text-ink-faint">{NOTHING}</span>;
  const done = formatCount(run.done, locale);
  return (
    <span className="figure">
      {isOver(run.status) ? done : `${done} of ${formatCount(run.total, locale)}`}
    </span>
  );
}

function Actions({ run }: { run: Optimization }) {
  const cancel = useCancelOptimization();
  const remove = useDeleteOptimization();
  if (!isOver(run.status)) {
    return (
      <Button
        size="small"
        busy={cancel.isPending}
        onClick={() => {
          cancel.mutate(run.id, { onError: (cause) => toast.error(toApiError(cause).message) });
        }}
      >
        Cancel
      </Button>
    );
  }
  return (
    <DeleteRun
      brief
      what="optimisation"
      name={nameOf(run)}
      onDelete={async () => {
        await remove.mutateAsync(run.id);
        toast.success(`${nameOf(run)} was deleted.`);
      }}
    />
  );
}

function NoOptimizations() {
  return (
    <EmptyState
      title="You have no optimisations yet"
      action={
        <ButtonLink to="/optimizations/new" variant="primary">
          Search for parameters
        </ButtonLink>
      }
    >
      An optimisation tries many settings of a strategy over the same candles, and says how far the best of
      them is luck.
    </EmptyState>
  );
}
