// Logins, the password and access tokens of the account: what reads and what changes them.
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryClient } from '../../api/queryClient';
import { queryKeys } from '../../api/queryKeys';
import type {
  AccessToken,
  AuditEntry,
  Deletion,
  EmailChange,
  Enrolment,
  LoginDevice,
  MadeAccessToken,
  NewAccessToken,
  Page,
  PasswordAndCode,
  PasswordChange,
  RecoveryCodes,
  SecondFactor,
} from '../../api/types';

/** What changed here stands in the audit log as well. */
async function refetch(changed: readonly string[]): Promise<void> {
  await Promise.all(
    [changed, queryKeys.auditLog].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
  );
}

export function useLogins() {
  return useQuery({
    queryKey: queryKeys.logins,
    queryFn: ({ signal }) => api.get<LoginDevice[]>('/users/me/sessions', undefined, signal),
  });
}

/** Ends one login, or without an id every other one. */
export function useEndLogins() {
  return useMutation({
    mutationFn: (id: string | undefined) =>
      api.delete(id ? `/users/me/sessions/${id}` : '/users/me/sessions'),
    onSettled: () => refetch(queryKeys.logins),
  });
}

export function useChangePassword() {
  return useMutation({
    mutationFn: (change: PasswordChange) => api.put<null>('/users/me/password', change),
    onSuccess: () => refetch(queryKeys.logins),
  });
}

export function useChangeEmail() {
  return useMutation({
    mutationFn: (change: EmailChange) => api.put<null>('/users/me/email', change),
    onSuccess: () => refetch(queryKeys.auditLog),
  });
}

export function useSecondFactorState() {
  return useQuery({
    queryKey: queryKeys.secondFactor,
    queryFn: ({ signal }) => api.get<SecondFactor>('/users/me/mfa', undefined, signal),
  });
}

export function useEnrol() {
  return useMutation({
    mutationFn: (password: string) =>
      api.post<Enrolment>('/users/me/mfa/enrol', { current_password: password }),
  });
}

/** Turns the second factor on; answers with the recovery codes. */
export function useConfirmFactor() {
  return useMutation({
    mutationFn: (code: string) => api.post<RecoveryCodes>('/users/me/mfa/confirm', { code }),
    onSuccess: refetchFactor,
  });
}

export function useDisableFactor() {
  return useMutation({
    mutationFn: (proof: PasswordAndCode) => api.post<null>('/users/me/mfa/disable', proof),
    onSuccess: refetchFactor,
  });
}

export function useRenewCodes() {
  return useMutation({
    mutationFn: (proof: PasswordAndCode) => api.post<RecoveryCodes>('/users/me/mfa/recovery-codes', proof),
    onSuccess: refetchFactor,
  });
}

async function refetchFactor(): Promise<void> {
  await Promise.all([
    refetch(queryKeys.secondFactor),
    queryClient.invalidateQueries({ queryKey: queryKeys.me }),
  ]);
}

export function useDeleteAccount() {
  return useMutation({ mutationFn: (wish: Deletion) => api.delete('/users/me', wish) });
}

export function useAccessTokens() {
  return useQuery({
    queryKey: queryKeys.accessTokens,
    queryFn: ({ signal }) => api.get<AccessToken[]>('/access-tokens', undefined, signal),
  });
}

export function useMakeToken() {
  return useMutation({
    mutationFn: (token: NewAccessToken) => api.post<MadeAccessToken>('/access-tokens', token),
    onSuccess: () => refetch(queryKeys.accessTokens),
  });
}

export function useRevokeToken() {
  return useMutation({
    mutationFn: (id: string) => api.delete(`/access-tokens/${id}`),
    onSettled: () => refetch(queryKeys.accessTokens),
  });
}

export function useAuditLog(limit: number, offset: number) {
  return useQuery({
    queryKey: queryKeys.auditPage(offset),
    queryFn: ({ signal }) => api.get<Page<AuditEntry>>('/users/me/audit-log', { limit, offset }, signal),
    placeholderData: keepPreviousData,
  });
}
