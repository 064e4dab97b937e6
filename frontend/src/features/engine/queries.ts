// What reads the trading record.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryKeys, type RecordFilter } from '../../api/queryKeys';
import type {
  Chart,
  Decision,
  Evaluation,
  Order,
  Page,
  Position,
  RestingOrder,
  Trade,
} from '../../api/types';
import { timeframeInSeconds } from '../../formatting';
import { usePollingWithoutSocket } from '../realtime/useRealtimeConnection';

export function useTrades(filter: RecordFilter) {
  return useQuery({
    queryKey: queryKeys.tradePage(filter),
    queryFn: ({ signal }) => api.get<Page<Trade>>('/trades', { ...filter }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: usePollingWithoutSocket(),
  });
}

export function useOrders(filter: RecordFilter) {
  return useQuery({
    queryKey: queryKeys.orderPage(filter),
    queryFn: ({ signal }) => api.get<Page<Order>>('/orders', { ...filter }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: usePollingWithoutSocket(),
  });
}

/** What of the bot waits for its price, dearest first; on paper too. */
export function useRestingOrders(botId: string) {
  return useQuery({
    queryKey: queryKeys.botRestingOrders(botId),
    queryFn: ({ signal }) => api.get<RestingOrder[]>(`/bots/${botId}/resting-orders`, {}, signal),
    refetchInterval: usePollingWithoutSocket(),
  });
}

export function usePositions(filter: RecordFilter) {
  return useQuery({
    queryKey: queryKeys.positionPage(filter),
    queryFn: ({ signal }) => api.get<Page<Position>>('/positions', { ...filter }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: usePollingWithoutSocket(),
  });
}

export function useDecisions(botId: string, limit: number, offset: number) {
  return useQuery({
    queryKey: queryKeys.decisionPage({ bot_id: botId, limit, offset }),
    queryFn: ({ signal }) => api.get<Page<Decision>>(`/bots/${botId}/decisions`, { limit, offset }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: usePollingWithoutSocket(),
  });
}

/** The bot's newest look; it has no socket message, so a running bot is asked as often as its candles close. */
export function useEvaluations(botId: string, timeframe: string, isRunning: boolean) {
  const pause = Math.min(Math.max(timeframeInSeconds(timeframe), 5), 30) * 1000;
  return useQuery({
    queryKey: queryKeys.evaluations(botId),
    queryFn: ({ signal }) => api.get<Evaluation[]>(`/bots/${botId}/evaluations`, undefined, signal),
    refetchInterval: isRunning ? pause : false,
  });
}

const CANDLES = 300;

export function useChart(botId: string, symbol: string, timeframe: string) {
  return useQuery({
    queryKey: queryKeys.chart(botId, symbol),
    queryFn: ({ signal }) => api.get<Chart>(`/bots/${botId}/candles`, { symbol, limit: CANDLES }, signal),
    // Closed candles come by themselves while the market is followed; a stopped bot's market is asked for.
    refetchInterval: Math.max(timeframeInSeconds(timeframe), 15) * 1000,
  });
}
