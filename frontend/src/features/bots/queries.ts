// What reads bots and strategies.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryKeys } from '../../api/queryKeys';
import type { Bot, BotStatus, Page, Strategy } from '../../api/types';
import { usePollingWithoutSocket } from '../realtime/useRealtimeConnection';
import { sooner, untilNextLook } from './watch';

export interface BotFilter {
  status?: BotStatus;
  sort?: string;
  limit: number;
  offset: number;
}

export function useBots(filter: BotFilter) {
  const polling = usePollingWithoutSocket();
  return useQuery({
    queryKey: queryKeys.botPage(filter),
    queryFn: ({ signal }) => api.get<Page<Bot>>('/bots', { ...filter }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => sooner(polling, untilNextLook(state.data?.items ?? [])),
  });
}

export function useBot(id: string) {
  const polling = usePollingWithoutSocket();
  return useQuery({
    queryKey: queryKeys.bot(id),
    queryFn: ({ signal }) => api.get<Bot>(`/bots/${id}`, undefined, signal),
    refetchInterval: ({ state }) => sooner(polling, untilNextLook(state.data ? [state.data] : [])),
  });
}

export function useStrategies() {
  return useQuery({
    queryKey: queryKeys.strategies,
    queryFn: ({ signal }) => api.get<Strategy[]>('/strategies', undefined, signal),
    staleTime: 10 * 60_000,
  });
}
