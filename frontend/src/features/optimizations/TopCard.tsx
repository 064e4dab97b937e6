// The best combinations, each of which can be run as a backtest.
import type { OneOptimization, Trial } from '../../api/types';
import { ButtonLink } from '../../components/Button';
import { Card } from '../../components/Card';
import { EmptyState } from '../../components/EmptyState';
import { useRegion } from '../../components/region';
import { Table, type Column } from '../../components/Table';
import { formatCount, formatRatio, NOTHING } from '../../formatting';
import { Return, Share } from '../backtests/Fractions';
import type { HandedOver } from '../backtests/useRunChoices';
import { describeValue } from '../backtests/settingWords';
import { nameOf } from '../backtests/words';
import { OBJECTIVES, objectiveText } from './words';

interface TopCardProps {
  optimization: OneOptimization;
  top: readonly Trial[];
  titleOf: (name: string) => string;
}

export function TopCard({ optimization, top, titleOf }: TopCardProps) {
  const rows = top.map((trial, index) => ({ ...trial, rank: index + 1 }));
  return (
    <Card title={`The best ${top.length > 1 ? top.length : 'combination'}`} flush>
      <Table
        label="Best combinations"
        columns={columns(optimization, titleOf)}
        rows={rows}
        rowKey={(trial) => String(trial.rank)}
        empty={
          <EmptyState title="No combination had enough trades">
            Lower the fewest trades, test a longer period, or choose wider ranges.
          </EmptyState>
        }
      />
    </Card>
  );
}

type Ranked = Trial & { rank: number };

function columns(
  optimization: OneOptimization,
  titleOf: (name: string) => string,
): readonly Column<Ranked>[] {
  const { objective } = optimization;
  const varied = Object.keys(optimization.search.ranges).map((name): Column<Ranked> => ({
    name,
    title: titleOf(name),
    align: 'right',
    cell: (trial) => <span className="figure">{describeValue(trial.combination[name])}</span>,
  }));
  return [
    {
      name: 'rank',
      title: '#',
      align: 'right',
      cell: (trial) => <span className="figure text-ink-faint">{trial.rank}</span>,
    },
    ...varied,
    {
      name: 'objective',
      title: OBJECTIVES[objective].title,
      definition: `What was optimised. ${OBJECTIVES[objective].help}`,
      align: 'right',
      cell: (trial) => <ObjectiveValue value={trial.objective} objective={objective} />,
    },
    ...(objective === 'total_return' ? [] : [RETURN]),
    ...(objective === 'max_drawdown' ? [] : [DRAWDOWN]),
    ...(objective === 'profit_factor' ? [] : [PROFIT_FACTOR]),
    ...(objective === 'win_rate' ? [] : [WIN_RATE]),
    { name: 'trades', title: 'Trades', align: 'right', cell: (trial) => <Count value={trial.trades} /> },
    {
      name: 'run',
      title: '',
      align: 'right',
      cell: (trial) => (
        <ButtonLink size="small" to="/backtests/new" state={handOver(optimization, trial)}>
          Run as backtest
        </ButtonLink>
      ),
    },
  ];
}

const RETURN: Column<Ranked> = {
  name: 'return',
  title: 'Return',
  align: 'right',
  cell: (trial) => <Return value={trial.metrics.total_return} />,
};
const DRAWDOWN: Column<Ranked> = {
  name: 'drawdown',
  title: 'Drawdown',
  align: 'right',
  cell: (trial) => <Share value={trial.metrics.max_drawdown} />,
};
const PROFIT_FACTOR: Column<Ranked> = {
  name: 'profit-factor',
  title: 'Profit factor',
  definition: 'All profits over all losses, after fees.',
  align: 'right',
  cell: (trial) => <Ratio value={trial.metrics.profit_factor} />,
};
const WIN_RATE: Column<Ranked> = {
  name: 'win-rate',
  title: 'Win rate',
  align: 'right',
  cell: (trial) => <Share value={trial.metrics.win_rate} places={0} />,
};

function ObjectiveValue({ value, objective }: { value: string; objective: OneOptimization['objective'] }) {
  const region = useRegion();
  return <span className="figure font-medium">{objectiveText(objective, value, region)}</span>;
}

function Ratio({ value }: { value: string | null | undefined }) {
  const { locale } = useRegion();
  return <span className="figure">{value == null ? NOTHING : formatRatio(value, locale)}</span>;
}

function Count({ value }: { value: number }) {
  const { locale } = useRegion();
  return <span className="figure">{formatCount(value, locale)}</span>;
}

function handOver(optimization: OneOptimization, trial: Ranked): HandedOver {
  const { start, end, configuration } = optimization;
  const name = `${nameOf(optimization)}, number ${trial.rank}`.slice(0, 120);
  return { origin: { name, start, end, configuration }, changes: trial.combination };
}
