// The curve of results with its periods; the period is part of the address.
import { lazy, Suspense } from 'react';
import { useSearchParams } from 'react-router';
import type { EquityPeriod } from '../../api/types';
import { Card } from '../../components/Card';
import { Choice } from '../../components/Choice';
import { EmptyState } from '../../components/EmptyState';
import { ErrorState } from '../../components/ErrorState';
import { ProfitLoss } from '../../components/Figures';
import { Skeleton } from '../../components/Skeleton';
import { Term } from '../../components/Tooltip';
import { useEquity } from './queries';

const EquityChart = lazy(async () => ({
  default: (await import('../../components/EquityChart')).EquityChart,
}));

const PERIODS: readonly { value: EquityPeriod; title: string }[] = [
  { value: '1D', title: '1D' },
  { value: '1W', title: '1W' },
  { value: '1M', title: '1M' },
  { value: '1Y', title: '1Y' },
  { value: 'ALL', title: 'All' },
];

export function EquityCard({ total }: { total: string | undefined }) {
  const [search, setSearch] = useSearchParams();
  const period = PERIODS.find((one) => one.value === search.get('period'))?.value ?? '1M';
  const equity = useEquity(period);
  return (
    <Card
      title={
        <span className="flex items-baseline gap-3">
          <Term definition="The sum of realised profit and loss after each sale. Open positions are not in it until they are closed.">
            Profit and loss
          </Term>
          <span className="text-base font-medium">
            <ProfitLoss value={total} />
          </span>
        </span>
      }
      aside={
        <Choice
          label="Period"
          options={PERIODS}
          value={period}
          onChange={(chosen) => {
            setSearch({ period: chosen }, { replace: true, preventScrollReset: true });
          }}
        />
      }
    >
      <div className="grid h-64 *:min-w-0 sm:h-72">
        <Curve equity={equity} period={period} />
      </div>
    </Card>
  );
}

interface CurveProps {
  equity: ReturnType<typeof useEquity>;
  period: EquityPeriod;
}

function Curve({ equity, period }: CurveProps) {
  if (equity.data) {
    if (equity.data.points.length < 2) {
      return (
        <EmptyState title={period === 'ALL' ? 'No curve yet' : 'No curve for this period'}>
          It is drawn from the second closed trade on.
          {period !== 'ALL' && ' A longer period may have some.'}
        </EmptyState>
      );
    }
    return (
      <Suspense fallback={<Skeleton className="size-full" />}>
        <EquityChart
          label={`Realised profit and loss over the period ${period}, ${equity.data.points.length} points`}
          points={equity.data.points}
        />
      </Suspense>
    );
  }
  if (equity.isError) {
    return (
      <ErrorState
        title="The curve could not be loaded"
        cause={equity.error}
        onRetry={() => void equity.refetch()}
        retrying={equity.isFetching}
      />
    );
  }
  return <Skeleton className="size-full" />;
}
