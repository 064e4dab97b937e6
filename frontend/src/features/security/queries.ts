// Logins, the password and access tokens of the account: what reads and what changes them.
import { useMutation, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryClient } from '../../api/queryClient';
import { queryKeys } from '../../api/queryKeys';
import type {
  AccessToken,
  LoginDevice,
  MadeAccessToken,
  NewAccessToken,
  PasswordChange,
} from '../../api/types';

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
    onSettled: () => queryClient.invalidateQueries({ queryKey: queryKeys.logins }),
  });
}

export function useChangePassword() {
  return useMutation({
    mutationFn: (change: PasswordChange) => api.put<null>('/users/me/password', change),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryKeys.logins }),
  });
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
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryKeys.accessTokens }),
  });
}

export function useRevokeToken() {
  return useMutation({
    mutationFn: (id: string) => api.delete(`/access-tokens/${id}`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: queryKeys.accessTokens }),
  });
}
