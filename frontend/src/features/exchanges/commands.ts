// What changes the user's keys.
import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryClient } from '../../api/queryClient';
import { queryKeys } from '../../api/queryKeys';
import type { ApiKey, KeyRotation, NewApiKey } from '../../api/types';

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

export function useReplaceKey() {
  return useMutation({
    mutationFn: ({ id, key }: { id: string; key: KeyRotation }) =>
      api.post<ApiKey>(`/api-keys/${id}/rotate`, key),
    onSuccess: refreshKeys,
  });
}

/** Ends the freeze after a password reset. */
export function useUnfreeze() {
  return useMutation({
    mutationFn: (code: string) => api.post<null>('/api-keys/unfreeze', { code: code.trim() }),
    onSuccess: refreshKeys,
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
