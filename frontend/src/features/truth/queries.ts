// What reads a bot's truth report; each asking runs a backtest, so it is not asked for again by itself.
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryKeys } from '../../api/queryKeys';
import type { Truth } from '../../api/types';

const STAYS_FRESH = 60_000;

export function useTruth(botId: string) {
  return useQuery({
    queryKey: queryKeys.truth(botId),
    queryFn: ({ signal }) => api.get<Truth>(`/bots/${botId}/truth`, undefined, signal),
    staleTime: STAYS_FRESH,
  });
}
