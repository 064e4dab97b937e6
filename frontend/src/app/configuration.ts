// What the server tells the page about its surroundings.
import { useQuery } from '@tanstack/react-query';
import axios from 'axios';
import { queryKeys } from '../api/queryKeys';

export interface Configuration {
  realtime_url: string;
  sandbox_url: string | null;
  api_docs_url: string;
  environment: string;
  /** Whether there is a mail server; without one nobody is asked to verify an address. */
  sends_mail: boolean;
  /** What the provider is called that one may log in with, where there is one. */
  login_provider: string | null;
}

export function useConfiguration() {
  return useQuery({
    queryKey: queryKeys.configuration,
    queryFn: async ({ signal }) => (await axios.get<Configuration>('/config.json', { signal })).data,
    staleTime: Infinity,
  });
}
