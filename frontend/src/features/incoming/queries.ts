// What reads a bot's address for signals and what came in, and makes a new address.
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryClient } from '../../api/queryClient';
import { queryKeys } from '../../api/queryKeys';
import type { IncomingSignal, NewSignalHook, Page, SignalHook } from '../../api/types';
import { usePollingWithoutSocket } from '../realtime/useRealtimeConnection';

export function useSignalHook(botId: string) {
  return useQuery({
    queryKey: queryKeys.signalHook(botId),
    queryFn: ({ signal }) => api.get<SignalHook>(`/bots/${botId}/signal-hook`, undefined, signal),
  });
}

export function useMakeHook(botId: string) {
  return useMutation({
    mutationFn: () => api.post<NewSignalHook>(`/bots/${botId}/signal-hook`),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryKeys.signalHook(botId) }),
  });
}

export const SIGNALS_A_PAGE = 20;
const WHILE_HANDLED = 2000;

/** Signals, newest first; asked for again while one is still being acted on, which has no message of its own. */
export function useSignals(botId: string, offset: number) {
  const polling = usePollingWithoutSocket();
  return useQuery({
    queryKey: queryKeys.signalPage(botId, offset),
    queryFn: ({ signal }) =>
      api.get<Page<IncomingSignal>>(`/bots/${botId}/signals`, { limit: SIGNALS_A_PAGE, offset }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.items.some((one) => one.state === 'received') ? WHILE_HANDLED : polling,
  });
}
