// What changes the user's own switch and limits.
import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryClient } from '../../api/queryClient';
import { queryKeys } from '../../api/queryKeys';
import type { Limit, Switches } from '../../api/types';

export function useSwitchTrading() {
  return useMutation({
    mutationFn: (isHalted: boolean) => api.put<Switches>('/trading-switch', { is_halted: isHalted }),
    onSuccess: (switches) => {
      queryClient.setQueryData(queryKeys.switches, switches);
    },
  });
}

export function useSetLimit() {
  return useMutation({
    mutationFn: (limit: Limit) => api.put<Limit>('/trading-limits', limit),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryKeys.limits }),
  });
}
