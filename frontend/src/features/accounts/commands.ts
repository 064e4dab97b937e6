// What changes accounts: signing up, logging in, the profile.
import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryClient } from '../../api/queryClient';
import { queryKeys } from '../../api/queryKeys';
import type {
  Challenge,
  Credentials,
  Login,
  NewPassword,
  ProfileChange,
  Registration,
  SecondFactorLogin,
  User,
} from '../../api/types';
import { beginSession } from './session';

/** Logs in; an account with a second factor is answered by a challenge instead. */
export function useLogIn() {
  return useMutation({
    mutationFn: (credentials: Credentials) => api.post<Login | Challenge>('/auth/login', credentials),
    onSuccess: (answer) => {
      if (!isChallenge(answer)) beginSession(answer);
    },
  });
}

export function isChallenge(answer: Login | Challenge): answer is Challenge {
  return 'mfa_token' in answer;
}

export function useSecondFactor() {
  return useMutation({
    mutationFn: (answer: SecondFactorLogin) => api.post<Login>('/auth/mfa/verify', answer),
    onSuccess: beginSession,
  });
}

export function useForgotPassword() {
  return useMutation({
    mutationFn: (email: string) => api.post<null>('/auth/password/forgot', { email }),
  });
}

export function useResetPassword() {
  return useMutation({
    mutationFn: (password: NewPassword) => api.post<null>('/auth/password/reset', password),
  });
}

export function useVerifyEmail() {
  return useMutation({
    mutationFn: (token: string) => api.post<{ email: string }>('/auth/verify-email', { token }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryKeys.me }),
  });
}

export function useResendVerification() {
  return useMutation({ mutationFn: () => api.post<null>('/auth/resend-verification') });
}

/** Signs up, logs in, and notes the zone that the browser is in. */
export function useSignUp() {
  return useMutation({
    mutationFn: async (registration: Registration): Promise<Login> => {
      await api.post<User>('/auth/register', registration);
      return api.post<Login>('/auth/login', { email: registration.email, password: registration.password });
    },
    onSuccess: async (login) => {
      beginSession(login);
      await noteTimezone(login.user);
    },
  });
}

async function noteTimezone(user: User): Promise<void> {
  const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!timezone || timezone === user.timezone) return;
  try {
    queryClient.setQueryData(queryKeys.me, await api.patch<User>('/users/me', { timezone }));
  } catch {
    // A zone the server does not know stays as it was; the profile page changes it.
  }
}

export function useChangeProfile() {
  return useMutation({
    mutationFn: (change: ProfileChange) => api.patch<User>('/users/me', change),
    onSuccess: (user) => {
      queryClient.setQueryData(queryKeys.me, user);
      // Days begin at the user's midnight.
      void queryClient.invalidateQueries({ queryKey: queryKeys.portfolio });
    },
  });
}
