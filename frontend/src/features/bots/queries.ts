// What reads bots and strategies.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryKeys } from '../../api/queryKeys';
import type { Bot, BotStatus, Page, Strategy } from '../../api/types';
import { usePollingWithoutSocket } from '../realtime/useRealtimeConnection';

export interface BotFilter {
  status?: BotStatus;
  sort?: string;
  limit: number;
  offset: number;
}

export function useBots(filter: BotFilter) {
  return useQuery({
    queryKey: queryKeys.botPage(filter),
    queryFn: ({ signal }) => api.get<Page<Bot>>('/bots', { ...filter }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: usePollingWithoutSocket(),
  });
}

export function useBot(id: string) {
  return useQuery({
    queryKey: queryKeys.bot(id),
    queryFn: ({ signal }) => api.get<Bot>(`/bots/${id}`, undefined, signal),
    refetchInterval: usePollingWithoutSocket(),
  });
}

export function useStrategies() {
  return useQuery({
    queryKey: queryKeys.strategies,
    queryFn: ({ signal }) => api.get<Strategy[]>('/strategies', undefined, signal),
    staleTime: 10 * 60_000,
  });
}
