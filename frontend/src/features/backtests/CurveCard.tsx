// The equity of a run against holding the coin, and the drawdown below.
import { lazy, Suspense, useMemo } from 'react';
import type { Curve } from '../../api/types';
import { Card } from '../../components/Card';
import { ErrorState } from '../../components/ErrorState';
import type { DrawnLine } from '../../components/LinesChart';
import { LineLegend } from '../../components/LineLegend';
import { Skeleton } from '../../components/Skeleton';
import { Term } from '../../components/Tooltip';
import { useCurve } from './queries';

const LinesChart = lazy(async () => ({
  default: (await import('../../components/LinesChart')).LinesChart,
}));

export function CurveCard({ id, quote }: { id: string; quote: string }) {
  const curve = useCurve(id);
  const lines = useMemo(() => (curve.data ? linesOf(curve.data) : []), [curve.data]);
  return (
    <Card
      title={
        <Term definition="Cash and what the open position is worth, at the close of each candle. Drawdown is how far it is below its highest value so far.">
          Equity in {quote}
        </Term>
      }
      aside={
        <LineLegend
          lines={[
            { name: 'Strategy', look: 0 },
            { name: 'Buy and hold', look: 1 },
            { name: 'Drawdown', look: 'depth' },
          ]}
        />
      }
    >
      <div className="grid h-80 *:min-w-0 sm:h-96">
        {curve.isError && !curve.data ? (
          <ErrorState
            title="The curve could not be loaded"
            cause={curve.error}
            onRetry={() => void curve.refetch()}
            retrying={curve.isFetching}
          />
        ) : curve.data ? (
          <Suspense fallback={<Skeleton className="size-full" />}>
            <LinesChart label="Equity, buy and hold, and drawdown of the run" lines={lines} />
          </Suspense>
        ) : (
          <Skeleton className="size-full" />
        )}
      </div>
    </Card>
  );
}

function linesOf({ times, equity, benchmark, drawdown }: Curve): DrawnLine[] {
  return [
    { name: 'Buy and hold', times, values: benchmark, look: 1, unit: 'money' },
    { name: 'Strategy', times, values: equity, look: 0, unit: 'money' },
    {
      name: 'Drawdown',
      times,
      values: drawdown.map((depth) => -100 * Math.abs(depth)),
      look: 'depth',
      unit: 'percent',
      pane: 1,
    },
  ];
}
