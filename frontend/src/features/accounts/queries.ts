// What reads the account, and in which region its numbers are written.
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryKeys } from '../../api/queryKeys';
import type { User } from '../../api/types';
import type { Region } from '../../formatting';
import { useSession } from './session';

export function useAccount() {
  const signedIn = useSession((session) => session.status === 'signed-in');
  return useQuery({
    queryKey: queryKeys.me,
    queryFn: ({ signal }) => api.get<User>('/users/me', undefined, signal),
    staleTime: 5 * 60_000,
    enabled: signedIn,
  });
}

/** The account's locale and zone; the browser's regional variant of the language is kept: en-GB stays en-GB. */
export function useRegion(): Region {
  const { data } = useAccount();
  return regionOf(data, navigator.languages, Intl.DateTimeFormat().resolvedOptions().timeZone);
}

export function regionOf(user: User | undefined, languages: readonly string[], browserZone: string): Region {
  const language = user?.locale ?? 'en';
  const locale = languages.find((one) => one === language || one.startsWith(`${language}-`)) ?? language;
  return { locale, timezone: user?.timezone ?? browserZone };
}
