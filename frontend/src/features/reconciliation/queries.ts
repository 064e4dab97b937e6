// What reads differences between ledger and exchanges, and settles them.
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryClient } from '../../api/queryClient';
import { queryKeys, type DriftFilter } from '../../api/queryKeys';
import type { AccountComparison, Drift, Page } from '../../api/types';

/** Accounts are compared every minute or so; most comparisons have no socket message. */
const OFTEN = 60_000;

export function useDrifts(filter: DriftFilter) {
  return useQuery({
    queryKey: queryKeys.driftPage(filter),
    queryFn: ({ signal }) => api.get<Page<Drift>>('/drifts', { ...filter }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: OFTEN,
  });
}

/** How many differences are not settled; undefined while it is not known. */
export function useOpenDrifts(): number | undefined {
  return useDrifts({ state: 'open', limit: 1, offset: 0 }).data?.total;
}

export function useComparisons() {
  return useQuery({
    queryKey: queryKeys.comparisons,
    queryFn: ({ signal }) => api.get<AccountComparison[]>('/comparisons', undefined, signal),
    refetchInterval: OFTEN,
  });
}

export function useSettleDrift() {
  return useMutation({
    mutationFn: (id: string) => api.post<Drift>(`/drifts/${id}/resolve`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: queryKeys.drifts }),
  });
}
