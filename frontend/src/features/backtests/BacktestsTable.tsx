// The list of backtests; complete ones can be chosen for a comparison.
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import toast from 'react-hot-toast';
import { toApiError } from '../../api/errors';
import type { Backtest, Strategy } from '../../api/types';
import { Button } from '../../components/Button';
import { useRegion } from '../../components/region';
import { Badge } from '../../components/Status';
import { Table, type Column } from '../../components/Table';
import { formatCount, NOTHING } from '../../formatting';
import { useStrategies } from '../bots/queries';
import { isOver } from '../realtime/runPatches';
import { useCancelBacktest, useDeleteBacktest } from './commands';
import { DeleteRun } from './DeleteRun';
import { Return, Share } from './Fractions';
import { Period } from './Period';
import { RunState } from './RunState';
import { gradeWords, nameOf, strategyTitle } from './words';

interface BacktestsTableProps {
  backtests: readonly Backtest[] | undefined;
  chosen: readonly string[];
  onChoose: (id: string, chosen: boolean) => void;
  /** No more may be chosen. */
  full: boolean;
  empty: ReactNode;
}

export function BacktestsTable({ backtests, chosen, onChoose, full, empty }: BacktestsTableProps) {
  const { data: strategies } = useStrategies();
  const choice: Column<Backtest> = {
    name: 'choose',
    title: '',
    cell: (run) => {
      const isChosen = chosen.includes(run.id);
      return (
        <input
          type="checkbox"
          aria-label={`Compare ${nameOf(run)}`}
          title={
            run.status === 'completed' ? 'Choose for a comparison' : 'Only complete ones can be compared'
          }
          className="size-4 align-middle accent-(--accent-fill)"
          checked={isChosen}
          disabled={run.status !== 'completed' || (full && !isChosen)}
          onChange={(event) => {
            onChoose(run.id, event.target.checked);
          }}
        />
      );
    },
  };
  return (
    <Table
      label="Backtests"
      columns={[choice, ...columns(strategies)]}
      rows={backtests}
      rowKey={(run) => run.id}
      empty={empty}
      expected={8}
    />
  );
}

function columns(strategies: readonly Strategy[] | undefined): readonly Column<Backtest>[] {
  return [
    {
      name: 'name',
      title: 'Name',
      cell: (run) => (
        <Link
          to={`/backtests/${run.id}`}
          className="block max-w-60 truncate font-medium hover:text-accent hover:underline"
        >
          {nameOf(run)}
        </Link>
      ),
    },
    {
      name: 'state',
      title: 'State',
      definition:
        'How far it is; once it is complete, what the result is worth, all considered. Its page gives the reasons.',
      cell: (run) => (run.summary ? <GradeBadge grade={run.summary.grade} /> : <RunState run={run} />),
    },
    {
      name: 'return',
      title: 'Return',
      definition: 'Final equity over the initial balance, less one: after fees, slippage and spread.',
      align: 'right',
      cell: (run) => <Return value={run.summary?.total_return} />,
    },
    {
      name: 'benchmark',
      title: 'Buy & hold',
      definition: 'What holding the coin from the first to the last candle would have brought, without fees.',
      align: 'right',
      cell: (run) => <Share value={run.summary?.benchmark_return} />,
    },
    {
      name: 'drawdown',
      title: 'Drawdown',
      definition: 'The deepest fall of the equity from a peak, open positions included.',
      align: 'right',
      cell: (run) => <Share value={run.summary?.max_drawdown} />,
    },
    {
      name: 'trades',
      title: 'Trades',
      definition: 'Sales; each ends a position, or a lot of a grid.',
      align: 'right',
      cell: (run) => <Count value={run.summary?.trades} />,
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
    {
      name: 'period',
      title: 'Period',
      definition: 'From the first day to before the last one, in UTC.',
      cell: (run) => <Period start={run.start} end={run.end} />,
    },
    { name: 'actions', title: '', align: 'right', cell: (run) => <Actions run={run} /> },
  ];
}

export function GradeBadge({ grade }: { grade: string | undefined }) {
  if (grade === undefined) return <span className="text-ink-faint">{NOTHING}</span>;
  const { title, tone } = gradeWords(grade);
  return <Badge tone={tone}>{title}</Badge>;
}

function Count({ value }: { value: number | undefined }) {
  const { locale } = useRegion();
  return <span className="figure">{value === undefined ? NOTHING : formatCount(value, locale)}</span>;
}

function Actions({ run }: { run: Backtest }) {
  const cancel = useCancelBacktest();
  const remove = useDeleteBacktest();
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
      what="backtest"
      name={nameOf(run)}
      onDelete={async () => {
        await remove.mutateAsync(run.id);
        toast.success(`${nameOf(run)} was deleted.`);
      }}
    />
  );
}
