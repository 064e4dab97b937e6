// What reads backtests.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryKeys, type RunFilter, type Span } from '../../api/queryKeys';
import type {
  Backtest,
  BacktestResult,
  BacktestTrade,
  Compared,
  Curve,
  Fill,
  OneBacktest,
  Page,
  RunCandles,
} from '../../api/types';
import { isOver } from '../realtime/runPatches';
import { usePollingWithoutSocket } from '../realtime/useRealtimeConnection';

/** The cache may hold what never changes as long as it likes. */
const NEVER_CHANGES = Infinity;
/** A message about a run may get lost; the page asks now and then all the same. */
const WATCHING = 10_000;
const WATCHING_ALONE = 2000;

export function useBacktests(filter: RunFilter) {
  const polling = usePollingWithoutSocket();
  return useQuery({
    queryKey: queryKeys.backtestPage(filter),
    queryFn: ({ signal }) => api.get<Page<Backtest>>('/backtests', { ...filter }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.items.some((run) => !isOver(run.status)) ? WATCHING : polling,
  });
}

export function useBacktest(id: string) {
  const alone = usePollingWithoutSocket() !== false;
  return useQuery({
    queryKey: queryKeys.backtest(id),
    queryFn: ({ signal }) => api.get<OneBacktest>(`/backtests/${id}`, undefined, signal),
    enabled: id !== '',
    refetchInterval: ({ state }) => {
      if (!state.data || isOver(state.data.status)) return false;
      return alone ? WATCHING_ALONE : WATCHING;
    },
  });
}

export function useResult(id: string) {
  return useQuery({
    queryKey: queryKeys.backtestResult(id),
    queryFn: ({ signal }) => api.get<BacktestResult>(`/backtests/${id}/result`, undefined, signal),
    staleTime: NEVER_CHANGES,
  });
}

export function useCurve(id: string) {
  return useQuery({
    queryKey: queryKeys.backtestCurve(id),
    queryFn: ({ signal }) => api.get<Curve>(`/backtests/${id}/equity`, undefined, signal),
    staleTime: NEVER_CHANGES,
  });
}

export function useRunTrades(id: string, filter: RunFilter) {
  return useQuery({
    queryKey: queryKeys.backtestTrades(id, filter),
    queryFn: ({ signal }) => api.get<Page<BacktestTrade>>(`/backtests/${id}/trades`, { ...filter }, signal),
    placeholderData: keepPreviousData,
    staleTime: NEVER_CHANGES,
  });
}

/** More marks than this hide the candles. */
export const MOST_MARKS = 400;

export function useFills(id: string, span: Span) {
  return useQuery({
    queryKey: queryKeys.backtestFills(id, span),
    queryFn: ({ signal }) =>
      api.get<Page<Fill>>(`/backtests/${id}/fills`, { ...span, limit: MOST_MARKS }, signal),
    placeholderData: keepPreviousData,
    staleTime: NEVER_CHANGES,
  });
}

export function useRunCandles(id: string, span: Span) {
  return useQuery({
    queryKey: queryKeys.backtestCandles(id, span),
    queryFn: ({ signal }) => api.get<RunCandles>(`/backtests/${id}/candles`, { ...span }, signal),
    placeholderData: keepPreviousData,
    staleTime: NEVER_CHANGES,
  });
}

export function useComparison(ids: string) {
  return useQuery({
    queryKey: queryKeys.comparison(ids),
    queryFn: ({ signal }) => api.get<Compared[]>('/backtests/compare', { ids }, signal),
    staleTime: NEVER_CHANGES,
    enabled: ids !== '',
  });
}
