// What takes hold of bots: sell now, panic, go live.
import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryClient } from '../../api/queryClient';
import { queryKeys } from '../../api/queryKeys';
import type { Accepted, Bot, GoLive, PanicAnswer } from '../../api/types';
import { noteBot } from '../bots/commands';

function refresh(...names: (readonly unknown[])[]): void {
  for (const queryKey of names) void queryClient.invalidateQueries({ queryKey });
}

export function useSellNow() {
  return useMutation({
    mutationFn: (botId: string) => api.post<Accepted>(`/bots/${botId}/close-position`),
    // Refused, too, it says that what the page shows is old.
    onSettled: () => {
      refresh(queryKeys.bots, queryKeys.positions, queryKeys.orders, queryKeys.portfolio);
    },
  });
}

export function usePanic() {
  return useMutation({
    mutationFn: (closePositions: boolean) =>
      api.post<PanicAnswer>('/bots/panic', { close_positions: closePositions }),
    onSettled: () => {
      refresh(queryKeys.switches, queryKeys.bots, queryKeys.positions, queryKeys.orders, queryKeys.portfolio);
    },
  });
}

export function useGoLive(botId: string) {
  return useMutation({
    mutationFn: (wish: GoLive) => api.post<Bot>(`/bots/${botId}/promote`, wish),
    onSuccess: (live) => {
      noteBot(live);
      refresh(queryKeys.truth(botId));
    },
  });
}
