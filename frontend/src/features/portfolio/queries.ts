// What reads all bots together.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryKeys } from '../../api/queryKeys';
import type { Equity, EquityPeriod, Portfolio } from '../../api/types';
import { usePollingWithoutSocket } from '../realtime/useRealtimeConnection';

export function usePortfolio() {
  return useQuery({
    queryKey: queryKeys.portfolio,
    queryFn: ({ signal }) => api.get<Portfolio>('/portfolio', undefined, signal),
    refetchInterval: usePollingWithoutSocket(),
  });
}

export function useEquity(period: EquityPeriod) {
  return useQuery({
    queryKey: queryKeys.equity(period),
    queryFn: ({ signal }) => api.get<Equity>('/portfolio/equity', { period }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: usePollingWithoutSocket(),
  });
}
