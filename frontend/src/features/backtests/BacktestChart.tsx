// The candles of the run with the strategy's lines and what was bought and sold; zooming in fetches finer candles.
import { lazy, Suspense, useCallback, useState } from 'react';
import type { Backtest, RunCandles } from '../../api/types';
import { Button } from '../../components/Button';
import { Card } from '../../components/Card';
import { EmptyState } from '../../components/EmptyState';
import { ErrorState } from '../../components/ErrorState';
import { LineLegend } from '../../components/LineLegend';
import type { Sight } from '../../components/runDrawing';
import { Skeleton } from '../../components/Skeleton';
import { timeframeInSeconds, timeframeInWords } from '../../formatting';
import { MOST_MARKS, useFills, useRunCandles } from './queries';
import { spanOf, wantedSpan } from './sight';
import { reasonWords } from './words';

const RunChart = lazy(async () => ({
  default: (await import('../../components/RunChart')).RunChart,
}));

interface BacktestChartProps {
  backtest: Backtest;
  /** A span that somebody asked to see, such as a trade's. */
  focus: Sight | null;
}

export function BacktestChart({ backtest, focus }: BacktestChartProps) {
  const [span, setSpan] = useState<Sight | null>(focus);
  const [sight, setSight] = useState<Sight | null>(focus);
  const whole = useRunCandles(backtest.id, {});
  const candles = useRunCandles(backtest.id, spanOf(span));
  const fills = useFills(backtest.id, spanOf(span));
  const most = window.innerWidth < NARROW ? MOST_MARKS / 4 : MOST_MARKS;
  const tooMany = (fills.data?.total ?? 0) > most;
  const run = ends(whole.data);

  const look = useCallback(
    (seen: Sight) => {
      const loaded = ends(candles.data);
      if (!run || !loaded || !candles.data || candles.isPlaceholderData) return;
      const length = timeframeInSeconds(candles.data.timeframe);
      const finest = timeframeInSeconds(backtest.timeframe);
      const next = wantedSpan(seen, { ...loaded, length, finest }, run);
      setSight(seen);
      if (next) setSpan(next);
    },
    [candles.data, candles.isPlaceholderData, run, backtest.timeframe],
  );

  return (
    <Card
      flush
      title={
        <span className="flex flex-wrap items-baseline gap-x-2">
          {backtest.symbol}
          <span className="text-xs font-normal text-ink-faint">
            {candles.data && `candles of ${timeframeInWords(candles.data.timeframe)}`}
          </span>
        </span>
      }
      aside={
        <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <Legend candles={candles.data} />
          {span && (
            <Button
              size="small"
              onClick={() => {
                setSpan(null);
                setSight(null);
              }}
            >
              Whole run
            </Button>
          )}
        </span>
      }
    >
      <div className="relative h-90 sm:h-110">
        <div className="absolute inset-2 grid *:min-w-0">
          {candles.data ? (
            <Picture
              candles={candles.data}
              draw={() => (
                <RunChart
                  label={`Candles of ${backtest.symbol} with the trades; they are listed below`}
                  candles={candles.data}
                  fills={tooMany ? NO_FILLS : (fills.data?.items ?? NO_FILLS)}
                  words={fillWords}
                  sight={sight}
                  onSight={look}
                />
              )}
            />
          ) : candles.isError ? (
            <ErrorState
              title="The candles could not be loaded"
              cause={candles.error}
              onRetry={() => void candles.refetch()}
              retrying={candles.isFetching}
            />
          ) : (
            <Skeleton className="size-full" />
          )}
        </div>
      </div>
      <p className="border-t border-line px-4 py-2 text-xs text-ink-faint">
        {hint(candles.data, backtest, tooMany)}
      </p>
    </Card>
  );
}

/** Pixels; on a narrower screen marks hide the candles sooner. */
const NARROW = 640;

const NO_FILLS: readonly never[] = [];

function Picture({ candles, draw }: { candles: RunCandles; draw: () => React.ReactNode }) {
  if (candles.times.length === 0) {
    return (
      <EmptyState title="The candles are gone">
        They are not stored any more. The results above stay as they were.
      </EmptyState>
    );
  }
  return <Suspense fallback={<Skeleton className="size-full" />}>{draw()}</Suspense>;
}

function Legend({ candles }: { candles: RunCandles | undefined }) {
  const lines = (candles?.lines ?? []).map((line, index) => ({
    name: line.name,
    look: (index % 5) as 0 | 1 | 2 | 3 | 4,
  }));
  return (
    <>
      <LineLegend lines={lines} />
      <span className="text-xs text-ink-faint">
        <span aria-hidden className="text-[10px] text-accent">
          ▲
        </span>{' '}
        Bought{' '}
        <span aria-hidden className="ml-2 text-[10px] text-ink">
          ▼
        </span>{' '}
        Sold
      </span>
    </>
  );
}

function hint(candles: RunCandles | undefined, backtest: Backtest, tooMany: boolean): string {
  if (!candles) return 'Loading the candles …';
  if (tooMany) return 'There are too many trades in this span to mark them. Zoom in to see them.';
  if (candles.timeframe !== backtest.timeframe) {
    return `Coarser candles than the run's ${timeframeInWords(backtest.timeframe)}; zoom in for these and for the strategy's lines.`;
  }
  return 'Turn the wheel or pinch to zoom, drag to move. A trade in the list below leads to its place here.';
}

const COMMON: ReadonlySet<string> = new Set(['entry', 'exit_signal', 'grid_line']);

/** Of the common reasons there is no need to speak. */
function fillWords(purpose: string): string {
  return COMMON.has(purpose) ? '' : reasonWords(purpose);
}

function ends(candles: RunCandles | undefined): Sight | null {
  const from = candles?.times[0];
  const to = candles?.times.at(-1);
  return from === undefined || to === undefined ? null : { from, to };
}
