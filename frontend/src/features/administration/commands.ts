// What administrators change; afterwards everything they see is asked for again.
import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryClient } from '../../api/queryClient';
import { queryKeys } from '../../api/queryKeys';
import { keys } from './queries';
import type { BotWithOwner, UserChange, UserRow, VenueSwitch, VenueSwitchChange } from './types';

const refetchAll = () => queryClient.invalidateQueries({ queryKey: keys.all });

export function useChangeUser(id: string) {
  return useMutation({
    mutationFn: (change: UserChange) => api.patch<UserRow>(`/admin/users/${id}`, change),
    onSuccess: refetchAll,
  });
}

export function useStopBot(id: string) {
  return useMutation({
    mutationFn: (reason: string) => api.post<BotWithOwner>(`/admin/bots/${id}/stop`, { reason }),
    onSuccess: refetchAll,
  });
}

export function useSetSwitch() {
  return useMutation({
    mutationFn: (change: VenueSwitchChange) => api.put<VenueSwitch[]>('/admin/switches', change),
    onSuccess: (switches) => {
      queryClient.setQueryData(keys.switches, switches);
      // The banner over every page tells of it too.
      void queryClient.invalidateQueries({ queryKey: queryKeys.switches });
    },
  });
}
