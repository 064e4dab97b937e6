// What changes bots: creating, changing, switching, deleting.
import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryClient } from '../../api/queryClient';
import { queryKeys } from '../../api/queryKeys';
import type { Bot, BotChange, NewBot } from '../../api/types';
import { takeBotStatus } from '../realtime/recordPatches';

export function noteBot(bot: Bot): void {
  queryClient.setQueryData(queryKeys.bot(bot.id), bot);
  takeBotStatus(queryClient, bot);
  void queryClient.invalidateQueries({ queryKey: [...queryKeys.bots, 'page'] });
  void queryClient.invalidateQueries({ queryKey: queryKeys.portfolio });
}

export function useCreateBot() {
  return useMutation({
    mutationFn: (bot: NewBot) => api.post<Bot>('/bots', bot),
    onSuccess: noteBot,
  });
}

export function useChangeBot(id: string) {
  return useMutation({
    mutationFn: (change: BotChange) => api.patch<Bot>(`/bots/${id}`, change),
    onSuccess: (bot) => {
      noteBot(bot);
      void queryClient.invalidateQueries({ queryKey: queryKeys.charts });
    },
  });
}

export type BotCommand = 'start' | 'stop' | 'pause' | 'resume';

export function useBotCommand() {
  return useMutation({
    mutationFn: ({ id, name }: { id: string; name: BotCommand }) => api.post<Bot>(`/bots/${id}/${name}`),
    onSuccess: noteBot,
  });
}

export function useDeleteBot() {
  return useMutation({
    mutationFn: (id: string) => api.delete(`/bots/${id}`),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: [...queryKeys.bots, 'page'] });
      void queryClient.invalidateQueries({ queryKey: queryKeys.portfolio });
    },
  });
}
