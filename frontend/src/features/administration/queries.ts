// What reads the platform as those see it who run it.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import type { Page } from '../../api/types';
import { useAccount } from '../accounts/queries';
import type {
  AuditLine,
  BotWithOwner,
  DriftWithOwner,
  OrderWithOwner,
  PlanUsers,
  Queues,
  UserDetails,
  UserRow,
  VenueSwitch,
  Worker,
} from './types';

const OFTEN = 10_000;

export interface Filter {
  [name: string]: string | number | boolean | undefined;
  limit: number;
  offset: number;
}

export const keys = {
  all: ['administration'] as const,
  users: (filter: Filter) => ['administration', 'users', filter] as const,
  user: (id: string) => ['administration', 'user', id] as const,
  bots: (filter: Filter) => ['administration', 'bots', filter] as const,
  orders: (filter: Filter) => ['administration', 'orders', filter] as const,
  drifts: (filter: Filter) => ['administration', 'drifts', filter] as const,
  queues: ['administration', 'queues'] as const,
  workers: ['administration', 'workers'] as const,
  switches: ['administration', 'switches'] as const,
  plans: ['administration', 'plans'] as const,
  auditLog: (filter: Filter) => ['administration', 'audit-log', filter] as const,
};

/** Whether the account may change things here; support only looks. */
export function useMayChange(): boolean {
  return useAccount().data?.role === 'admin';
}

export function useUsers(filter: Filter) {
  return useQuery({
    queryKey: keys.users(filter),
    queryFn: ({ signal }) => api.get<Page<UserRow>>('/admin/users', filter, signal),
    placeholderData: keepPreviousData,
  });
}

/** Every look at an account is noted in both audit logs, so it is not repeated without need. */
export function useUser(id: string) {
  return useQuery({
    queryKey: keys.user(id),
    queryFn: ({ signal }) => api.get<UserDetails>(`/admin/users/${id}`, undefined, signal),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

export function useAllBots(filter: Filter) {
  return useQuery({
    queryKey: keys.bots(filter),
    queryFn: ({ signal }) => api.get<Page<BotWithOwner>>('/admin/bots', filter, signal),
    placeholderData: keepPreviousData,
    refetchInterval: OFTEN,
  });
}

export function useAllOrders(filter: Filter) {
  return useQuery({
    queryKey: keys.orders(filter),
    queryFn: ({ signal }) => api.get<Page<OrderWithOwner>>('/admin/orders', filter, signal),
    placeholderData: keepPreviousData,
    refetchInterval: OFTEN,
  });
}

export function useAllDrifts(filter: Filter) {
  return useQuery({
    queryKey: keys.drifts(filter),
    queryFn: ({ signal }) => api.get<Page<DriftWithOwner>>('/admin/drifts', filter, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 3 * OFTEN,
  });
}

export function useQueues() {
  return useQuery({
    queryKey: keys.queues,
    queryFn: ({ signal }) => api.get<Queues>('/admin/queues', undefined, signal),
    refetchInterval: OFTEN,
  });
}

export function useWorkers() {
  return useQuery({
    queryKey: keys.workers,
    queryFn: ({ signal }) => api.get<Worker[]>('/admin/workers', undefined, signal),
    refetchInterval: 3 * OFTEN,
  });
}

export function useVenueSwitches() {
  return useQuery({
    queryKey: keys.switches,
    queryFn: ({ signal }) => api.get<VenueSwitch[]>('/admin/switches', undefined, signal),
    refetchInterval: 3 * OFTEN,
  });
}

export function usePlans() {
  return useQuery({
    queryKey: keys.plans,
    queryFn: ({ signal }) => api.get<PlanUsers[]>('/admin/plans', undefined, signal),
  });
}

export function useWholeAuditLog(filter: Filter) {
  return useQuery({
    queryKey: keys.auditLog(filter),
    queryFn: ({ signal }) => api.get<Page<AuditLine>>('/admin/audit-log', filter, signal),
    placeholderData: keepPreviousData,
  });
}
