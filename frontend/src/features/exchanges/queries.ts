// What reads exchanges, their markets and the user's keys.
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryKeys } from '../../api/queryKeys';
import type { ApiKey, Exchange, Market, Page } from '../../api/types';

const RARELY_CHANGES = 10 * 60_000;
const ALL_KEYS = 100;

export function useExchanges() {
  return useQuery({
    queryKey: queryKeys.exchanges,
    queryFn: ({ signal }) => api.get<Exchange[]>('/exchanges', undefined, signal),
    staleTime: RARELY_CHANGES,
  });
}

export function useMarkets(exchange: string) {
  return useQuery({
    queryKey: queryKeys.markets(exchange),
    queryFn: ({ signal }) => api.get<Market[]>(`/exchanges/${exchange}/markets`, undefined, signal),
    staleTime: RARELY_CHANGES,
    enabled: exchange !== '',
  });
}

export function useApiKeys() {
  return useQuery({
    queryKey: queryKeys.apiKeys,
    queryFn: ({ signal }) => api.get<Page<ApiKey>>('/api-keys', { limit: ALL_KEYS }, signal),
  });
}
