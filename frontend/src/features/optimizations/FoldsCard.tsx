// The steps of a walk-forward, and the chained curve of its test parts.
import { lazy, Suspense, useMemo } from 'react';
import type { Fold, OptimizationResult } from '../../api/types';
import { Card } from '../../components/Card';
import { EmptyState } from '../../components/EmptyState';
import { useRegion } from '../../components/region';
import { Skeleton } from '../../components/Skeleton';
import { Table, type Column } from '../../components/Table';
import { Term } from '../../components/Tooltip';
import { formatCount } from '../../formatting';
import { Return, Share } from '../backtests/Fractions';
import { Period } from '../backtests/Period';

const LinesChart = lazy(async () => ({
  default: (await import('../../components/LinesChart')).LinesChart,
}));

export function WalkCurveCard({ curve }: { curve: NonNullable<OptimizationResult['curve']> }) {
  const lines = useMemo(
    () => [
      {
        name: 'Test parts',
        times: curve.times,
        values: curve.equity,
        look: 0 as const,
        unit: 'money' as const,
      },
    ],
    [curve],
  );
  return (
    <Card
      title={
        <Term definition="The equity over the test parts alone, one after the other. The searches have seen none of these candles.">
          Equity of the test parts
        </Term>
      }
    >
      <div className="grid h-72 *:min-w-0">
        <Suspense fallback={<Skeleton className="size-full" />}>
          <LinesChart label="Equity over the chained test parts" lines={lines} />
        </Suspense>
      </div>
    </Card>
  );
}

interface FoldsCardProps {
  folds: readonly Fold[];
  titleOf: (name: string) => string;
}

export function FoldsCard({ folds, titleOf }: FoldsCardProps) {
  return (
    <Card title="Folds" flush>
      <Table
        label="Folds"
        columns={columns(titleOf)}
        rows={folds.map((fold, index) => ({ ...fold, number: index + 1 }))}
        rowKey={(fold) => String(fold.number)}
        empty={<EmptyState title="There are no folds" />}
      />
    </Card>
  );
}

type Numbered = Fold & { number: number };

function columns(titleOf: (name: string) => string): readonly Column<Numbered>[] {
  return [
    {
      name: 'number',
      title: '#',
      align: 'right',
      cell: (fold) => <span className="figure text-ink-faint">{fold.number}</span>,
    },
    {
      name: 'train',
      title: 'Searched',
      cell: (fold) => <Period start={fold.train_start} end={fold.train_end} />,
    },
    { name: 'test', title: 'Tested', cell: (fold) => <Period start={fold.test_start} end={fold.test_end} /> },
    {
      name: 'combination',
      title: 'Best of the search',
      definition: 'If it differs widely from fold to fold, the search follows chance.',
      cell: (fold) => <Combination combination={fold.combination} titleOf={titleOf} />,
    },
    {
      name: 'train-return',
      title: 'Return searched',
      definition: 'The return of that combination on the part it was found on. It is too good by nature.',
      align: 'right',
      cell: (fold) => <Share value={fold.train_return} />,
    },
    {
      name: 'test-return',
      title: 'Return tested',
      definition: 'Its return on the part that the search has not seen.',
      align: 'right',
      cell: (fold) => <Return value={fold.test_return} />,
    },
    {
      name: 'drawdown',
      title: 'Drawdown tested',
      align: 'right',
      cell: (fold) => <Share value={fold.test_max_drawdown} />,
    },
    { name: 'trades', title: 'Trades', align: 'right', cell: (fold) => <Count value={fold.test_trades} /> },
  ];
}

function Combination({
  combination,
  titleOf,
}: {
  combination: Fold['combination'];
  titleOf: FoldsCardProps['titleOf'];
}) {
  if (!combination)
    return <span className="text-ink-faint">Nothing usable: it stayed out of the market</span>;
  const words = Object.entries(combination).map(([name, value]) => `${titleOf(name)} ${String(value)}`);
  return <span className="text-ink-soft">{words.join(' · ')}</span>;
}

function Count({ value }: { value: number }) {
  const { locale } = useRegion();
  return <span className="figure">{formatCount(value, locale)}</span>;
}
