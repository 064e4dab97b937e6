// What reads market data.
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryKeys } from '../../api/queryKeys';
import type { Ticker } from '../../api/types';
import { usePollingWithoutSocket, usePrices } from '../realtime/useRealtimeConnection';

const SETTLING = 60_000;

/** The newest price of every market in use, live. */
export function useTickers(exchange: string) {
  const polling = usePollingWithoutSocket();
  const query = useQuery({
    queryKey: queryKeys.tickers(exchange),
    queryFn: ({ signal }) => api.get<Ticker[]>('/market-data/tickers', { exchange }, signal),
    // The change over 24 hours and new markets come with the answer only.
    refetchInterval: polling === false ? SETTLING : polling,
  });
  usePrices(exchange, query.data?.map((ticker) => ticker.symbol) ?? []);
  return query;
}
