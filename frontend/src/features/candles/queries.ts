// What candles are stored, and having more of them fetched.
import { useMutation, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryClient } from '../../api/queryClient';
import { queryKeys } from '../../api/queryKeys';
import type { Download, Holding, NewDownload } from '../../api/types';
import { takeDownload } from '../realtime/runPatches';

export function useHoldings() {
  return useQuery({
    queryKey: queryKeys.holdings,
    queryFn: ({ signal }) => api.get<Holding[]>('/candles/holdings', undefined, signal),
  });
}

const WATCHING = 2000;

/** A download and how far it is; none while there is no id. */
export function useDownload(id: string | null) {
  return useQuery({
    queryKey: queryKeys.download(id ?? ''),
    queryFn: async ({ signal }) => {
      const download = await api.get<Download>(`/candles/downloads/${id ?? ''}`, undefined, signal);
      if (isFinished(download)) void queryClient.invalidateQueries({ queryKey: queryKeys.holdings });
      return download;
    },
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data && isFinished(state.data) ? false : WATCHING),
  });
}

export function isFinished({ status }: Pick<Download, 'status'>): boolean {
  return status !== 'queued' && status !== 'running';
}

export function useStartDownload() {
  return useMutation({
    mutationFn: (wanted: NewDownload) => api.post<Download>('/candles/downloads', wanted),
    onSuccess: (download) => {
      takeDownload(queryClient, download);
    },
  });
}

export function useCancelDownload() {
  return useMutation({
    mutationFn: (id: string) => api.post<Download>(`/candles/downloads/${id}/cancel`),
    onSuccess: (download) => {
      takeDownload(queryClient, download);
    },
  });
}
