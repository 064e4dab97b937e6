// What changes optimisations: wanting one, cancelling, deleting.
import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryClient } from '../../api/queryClient';
import { queryKeys } from '../../api/queryKeys';
import type { NewOptimization, OneOptimization } from '../../api/types';

function noteOptimization(optimization: OneOptimization): void {
  queryClient.setQueryData(queryKeys.optimization(optimization.id), optimization);
  void queryClient.invalidateQueries({ queryKey: queryKeys.optimizationPages });
}

export function useCreateOptimization() {
  return useMutation({
    mutationFn: (wanted: NewOptimization) => api.post<OneOptimization>('/optimizations', wanted),
    onSuccess: noteOptimization,
  });
}

export function useCancelOptimization() {
  return useMutation({
    mutationFn: (id: string) => api.post<OneOptimization>(`/optimizations/${id}/cancel`),
    onSuccess: noteOptimization,
  });
}

export function useDeleteOptimization() {
  return useMutation({
    mutationFn: (id: string) => api.delete(`/optimizations/${id}`),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryKeys.optimizationPages }),
  });
}
