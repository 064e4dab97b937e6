// What reads the trading switches and the limits over all bots.
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryKeys } from '../../api/queryKeys';
import type { Limit, Switches } from '../../api/types';

const OFTEN = 60_000;

/** The operator's switches have no socket message of their own, so they are asked for once in a while. */
export function useSwitches() {
  return useQuery({
    queryKey: queryKeys.switches,
    queryFn: ({ signal }) => api.get<Switches>('/trading-switch', undefined, signal),
    refetchInterval: OFTEN,
  });
}

export function useLimits() {
  return useQuery({
    queryKey: queryKeys.limits,
    queryFn: ({ signal }) => api.get<Limit[]>('/trading-limits', undefined, signal),
  });
}
