// The cache of the server's answers, and when an answer is asked for again.
import { QueryClient } from '@tanstack/react-query';
import { toApiError } from './errors';

const LONGEST_PAUSE = 15_000;

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        gcTime: 10 * 60_000,
        retry: (failures, cause) => toApiError(cause).mayPass && failures < 2,
        retryDelay: (failures, cause) =>
          Math.min((toApiError(cause).retryAfterSeconds ?? 2 ** failures) * 1000, LONGEST_PAUSE),
      },
      // What changes something is never sent twice by itself.
      mutations: { retry: false },
    },
  });
}

export const queryClient = makeQueryClient();
