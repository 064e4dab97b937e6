// What changes backtests: wanting one, cancelling, repeating, renaming, deleting.
import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryClient } from '../../api/queryClient';
import { queryKeys } from '../../api/queryKeys';
import type { BotDraft, NewBacktest, OneBacktest } from '../../api/types';

function noteBacktest(backtest: OneBacktest): void {
  queryClient.setQueryData(queryKeys.backtest(backtest.id), backtest);
  void queryClient.invalidateQueries({ queryKey: queryKeys.backtestPages });
}

export function useCreateBacktest() {
  return useMutation({
    mutationFn: (wanted: NewBacktest) => api.post<OneBacktest>('/backtests', wanted),
    onSuccess: noteBacktest,
  });
}

export function useCancelBacktest() {
  return useMutation({
    mutationFn: (id: string) => api.post<OneBacktest>(`/backtests/${id}/cancel`),
    onSuccess: noteBacktest,
  });
}

export function useRepeatBacktest() {
  return useMutation({
    mutationFn: (id: string) => api.post<OneBacktest>(`/backtests/${id}/repeat`),
    onSuccess: noteBacktest,
  });
}

export function useRenameBacktest(id: string) {
  return useMutation({
    mutationFn: (name: string) => api.patch<OneBacktest>(`/backtests/${id}`, { name }),
    onSuccess: noteBacktest,
  });
}

export function useDeleteBacktest() {
  return useMutation({
    mutationFn: (id: string) => api.delete(`/backtests/${id}`),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryKeys.backtestPages }),
  });
}

export function useBotDraftOf(id: string) {
  return useMutation({ mutationFn: () => api.get<BotDraft>(`/backtests/${id}/bot-draft`) });
}
