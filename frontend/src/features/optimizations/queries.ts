// What reads optimisations.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryKeys, type RunFilter } from '../../api/queryKeys';
import type { HeatMap, OneOptimization, Optimization, Page } from '../../api/types';
import { isOver } from '../realtime/runPatches';
import { usePollingWithoutSocket } from '../realtime/useRealtimeConnection';

/** A message about a run may get lost; the page asks now and then all the same. */
const WATCHING = 10_000;
const WATCHING_ALONE = 2000;

export function useOptimizations(filter: RunFilter) {
  const polling = usePollingWithoutSocket();
  return useQuery({
    queryKey: queryKeys.optimizationPage(filter),
    queryFn: ({ signal }) => api.get<Page<Optimization>>('/optimizations', { ...filter }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.items.some((run) => !isOver(run.status)) ? WATCHING : polling,
  });
}

export function useOptimization(id: string) {
  const alone = usePollingWithoutSocket() !== false;
  return useQuery({
    queryKey: queryKeys.optimization(id),
    queryFn: ({ signal }) => api.get<OneOptimization>(`/optimizations/${id}`, undefined, signal),
    refetchInterval: ({ state }) => {
      if (!state.data || isOver(state.data.status)) return false;
      return alone ? WATCHING_ALONE : WATCHING;
    },
  });
}

export function useHeatMap(id: string, x: string, y: string) {
  return useQuery({
    queryKey: queryKeys.heatMap(id, x, y),
    queryFn: ({ signal }) => api.get<HeatMap>(`/optimizations/${id}/heat-map`, { x, y }, signal),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
}
