// What came of a complete backtest, from the verdict down to every figure.
import { useRef, useState } from 'react';
import type { OneBacktest } from '../../api/types';
import { Card } from '../../components/Card';
import { ErrorState } from '../../components/ErrorState';
import type { Sight } from '../../components/runDrawing';
import { Skeleton } from '../../components/Skeleton';
import { baseOf, timeframeInSeconds } from '../../formatting';
import { BacktestChart } from './BacktestChart';
import { BacktestStats } from './BacktestStats';
import { CurveCard } from './CurveCard';
import { GradeCard } from './GradeCard';
import { MetricsCard } from './MetricsCard';
import { MonteCarloCard } from './MonteCarloCard';
import { MonthsCard } from './MonthsCard';
import { useResult } from './queries';
import { OutcomesCard, ReasonsCard } from './ReasonsCard';
import { SettingsCard } from './SettingsCard';
import { TradesCard } from './TradesCard';

/** Candles around a trade that is looked at. */
const AROUND = 60;

export function BacktestResults({ backtest }: { backtest: OneBacktest }) {
  const result = useResult(backtest.id);
  // Counted, so that the same trade can be asked for again.
  const [{ focus, asked }, setFocus] = useState<{ focus: Sight | null; asked: number }>({
    focus: null,
    asked: 0,
  });
  const chart = useRef<HTMLDivElement>(null);
  if (result.isError && !result.data) {
    return (
      <Card>
        <ErrorState
          title="The result could not be loaded"
          cause={result.error}
          onRetry={() => void result.refetch()}
          retrying={result.isFetching}
        />
      </Card>
    );
  }
  const { data } = result;
  const quote = data?.quote ?? '';
  return (
    <div className="grid gap-4 *:min-w-0">
      {data ? (
        <GradeCard grade={data.grade} notices={data.notices} checks={data.checks} />
      ) : (
        <Skeleton className="h-28 !rounded-lg" />
      )}
      <BacktestStats result={data} />
      <CurveCard id={backtest.id} quote={quote} />
      <div ref={chart} className="scroll-mt-14">
        <BacktestChart key={asked} backtest={backtest} focus={focus} />
      </div>
      {data && data.months.length > 0 && <MonthsCard months={data.months} />}
      <TradesCard
        id={backtest.id}
        quote={quote}
        base={baseOf(backtest.symbol)}
        onShow={(trade) => {
          setFocus({ focus: around(trade.opened_at, trade.closed_at, backtest), asked: asked + 1 });
          chart.current?.scrollIntoView({ block: 'start' });
        }}
      />
      {data && (
        <>
          <MetricsCard metrics={data.metrics} />
          <div className="grid items-start gap-4 *:min-w-0 xl:grid-cols-2">
            {data.monte_carlo.length > 0 && (
              <MonteCarloCard drawn={data.monte_carlo} balance={Number(backtest.initial_balance)} />
            )}
            <div className="grid gap-4 *:min-w-0">
              <ReasonsCard result={data} />
              <OutcomesCard outcomes={data.outcomes} />
            </div>
          </div>
        </>
      )}
      <SettingsCard backtest={backtest} candles={data?.candles} />
    </div>
  );
}

function around(opened: string, closed: string, { timeframe, start, end }: OneBacktest): Sight {
  const room = AROUND * timeframeInSeconds(timeframe);
  const from = Math.max(Date.parse(start) / 1000, Date.parse(opened) / 1000 - room);
  return { from, to: Math.min(Date.parse(end) / 1000, Date.parse(closed) / 1000 + room) };
}
