// The bot's market with the lines its strategy looks at, its trades and its levels; the newest candle moves.
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo } from 'react';
import { queryKeys } from '../../api/queryKeys';
import type { Bot, Candle, Chart, IndicatorLine, Position, RestingOrder, Trade } from '../../api/types';
import { Card } from '../../components/Card';
import type { Level, TradeMarker } from '../../components/candleDrawing';
import { EmptyState } from '../../components/EmptyState';
import { ErrorState } from '../../components/ErrorState';
import { Price } from '../../components/Figures';
import { Skeleton } from '../../components/Skeleton';
import { signOf } from '../../formatting';
import { useChart, useRestingOrders, useTrades } from '../engine/queries';
import { PURPOSE_WORDS } from '../engine/words';
import { asksStrategy } from '../rules/rulesForm';
import { useLiveCandles, usePrices } from '../realtime/useRealtimeConnection';
import { ChartLegend } from './ChartLegend';

const CandleChart = lazy(async () => ({
  default: (await import('../../components/CandleChart')).CandleChart,
}));

const MARKED_TRADES = 100;

const NO_LINES: readonly IndicatorLine[] = [];

interface BotChartProps {
  bot: Bot;
  position: Position | undefined;
}

export function BotChart({ bot, position }: BotChartProps) {
  const symbol = bot.symbols[0] ?? '';
  const chart = useChart(bot.id, symbol, bot.timeframe);
  const live = useLiveCandle(bot.exchange, symbol, bot.timeframe);
  // Where no strategy decides, its lines would say what the bot does not look at.
  const lines = (asksStrategy(bot) ? chart.data?.indicators : undefined) ?? NO_LINES;
  const newest = live?.close ?? chart.data?.candles.at(-1)?.close;
  return (
    <Card
      flush
      title={
        <span className="flex items-baseline gap-2">
          {symbol}
          <span className="text-base font-medium">
            <Price value={newest} />
          </span>
        </span>
      }
      aside={<ChartLegend indicators={lines} />}
    >
      {/* The chart takes the room it is given and never asks for more. */}
      <div className="relative h-90 sm:h-110 xl:h-full xl:min-h-110">
        <div className="absolute inset-2 grid *:min-w-0">
          <Picture chart={chart} lines={lines} live={live} position={position} botId={bot.id} />
        </div>
      </div>
    </Card>
  );
}

/** The candle of now as the socket last told it. */
function useLiveCandle(exchange: string, symbol: string, timeframe: string): Candle | undefined {
  useLiveCandles(exchange, symbol, timeframe, symbol !== '');
  usePrices(exchange, symbol === '' ? [] : [symbol]);
  const { data } = useQuery<Candle | null>({
    queryKey: queryKeys.liveCandle(exchange, symbol, timeframe),
    // Filled by socket messages alone.
    queryFn: () => null,
    enabled: false,
  });
  return data ?? undefined;
}

interface PictureProps {
  chart: ReturnType<typeof useChart>;
  lines: readonly IndicatorLine[];
  live: Candle | undefined;
  position: Position | undefined;
  botId: string;
}

function Picture({ chart, ...rest }: PictureProps) {
  if (chart.data) return <Drawn chart={chart.data} {...rest} />;
  if (chart.isError) {
    return (
      <ErrorState
        title="The candles could not be loaded"
        cause={chart.error}
        onRetry={() => void chart.refetch()}
        retrying={chart.isFetching}
      />
    );
  }
  return <Skeleton className="size-full" />;
}

function Drawn({ chart, lines, live, position, botId }: Omit<PictureProps, 'chart'> & { chart: Chart }) {
  const trades = useTrades({ bot_id: botId, limit: MARKED_TRADES, offset: 0 });
  const markers = useMemo(() => (trades.data?.items ?? []).map(markerOf), [trades.data]);
  const { entry_price, stop_price, take_profit_price } = position ?? {};
  const { data: resting } = useRestingOrders(botId);
  const levels = useMemo(
    () => [...levelsOf(entry_price, stop_price, take_profit_price), ...restingLevels(resting ?? [])],
    [entry_price, stop_price, take_profit_price, resting],
  );
  if (chart.candles.length === 0) {
    return (
      <EmptyState title="No candles yet">
        The exchange has none for this market and time frame, or they are still being fetched.
      </EmptyState>
    );
  }
  return (
    <Suspense fallback={<Skeleton className="size-full" />}>
      <CandleChart
        label={`Candles of ${chart.symbol}, ${chart.timeframe}; the trades are listed below`}
        candles={chart.candles}
        live={live}
        indicators={lines}
        markers={markers}
        levels={levels}
      />
    </Suspense>
  );
}

function markerOf(trade: Trade): TradeMarker {
  const bought = trade.type === 'buy';
  return {
    at: trade.executed_at,
    kind: trade.type,
    result: trade.profit_loss === null ? 0 : signOf(trade.profit_loss),
    text: bought || trade.purpose === 'exit_signal' ? '' : PURPOSE_WORDS[trade.purpose],
  };
}

/** A line at the price of each order that waits; a grid has too many for labels. */
function restingLevels(orders: readonly RestingOrder[]): Level[] {
  return orders.flatMap(({ price }) => (price ? [{ kind: 'resting', price, title: '' }] : []));
}

function levelsOf(
  entry: string | undefined,
  stop: string | null | undefined,
  target: string | null | undefined,
): Level[] {
  const levels: Level[] = [];
  if (entry) levels.push({ kind: 'entry', price: entry, title: 'Entry' });
  if (stop) levels.push({ kind: 'stop', price: stop, title: 'Stop' });
  if (target) levels.push({ kind: 'target', price: target, title: 'Target' });
  return levels;
}
