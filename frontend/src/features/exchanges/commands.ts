// What changes the user's keys.
import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryClient } from '../../api/queryClient';
import { queryKeys } from '../../api/queryKeys';
import type { ApiKey, NewApiKey } from '../../api/types';

function refreshKeys(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: queryKeys.apiKeys });
}

export function useAddKey() {
  return useMutation({
    mutationFn: (key: NewApiKey) => api.post<ApiKey>('/api-keys', key),
    onSuccess: refreshKeys,
  });
}

export function useTestKey() {
  return useMutation({
    mutationFn: (id: string) => api.post<ApiKey>(`/api-keys/${id}/test`),
    // A key that is refused comes back with another status.
    onSettled: refreshKeys,
  });
}

export function useConfirmKey() {
  return useMutation({
    mutationFn: ({ id, words }: { id: string; words: string }) =>
      api.post<ApiKey>(`/api-keys/${id}/confirm`, { confirm_no_withdrawal: words }),
    onSuccess: refreshKeys,
  });
}

export function useDeleteKey() {
  return useMutation({
    mutationFn: (id: string) => api.delete(`/api-keys/${id}`),
    onSuccess: refreshKeys,
  });
}
