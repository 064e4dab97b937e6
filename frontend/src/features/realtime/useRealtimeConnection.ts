// Ties the socket to the page's life, and lets parts of the page say which markets they want to hear of.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useConfiguration } from '../../app/configuration';
import { useSession } from '../accounts/session';
import { subscriptions, useRealtime } from './state';

/** Held once, by the shell. */
export function useRealtimeConnection(): void {
  const client = useQueryClient();
  const url = useConfiguration().data?.realtime_url;
  const userId = useSession((session) => (session.status === 'signed-in' ? session.userId : null));
  useEffect(() => {
    if (!url || !userId) return undefined;
    let disconnect = (): void => undefined;
    let wanted = true;
    // The socket is not part of the first load: the page stands before it is live.
    void import('./connection').then(({ connectRealtime }) => {
      if (wanted) disconnect = connectRealtime(url, client);
    });
    return () => {
      wanted = false;
      disconnect();
    };
  }, [url, userId, client]);
}

const POLLING = 15_000;

/** How often to ask while the socket is away: the page goes on without it, only slower. */
export function usePollingWithoutSocket(): number | false {
  const status = useRealtime((realtime) => realtime.status);
  return status === 'away' ? POLLING : false;
}

/** Hears of these markets' prices while it is mounted. */
export function usePrices(exchange: string, symbols: readonly string[]): void {
  const names = symbols.join(' ');
  useEffect(() => {
    const releases = names
      .split(' ')
      .filter(Boolean)
      .map((symbol) => subscriptions.want('ticker', { exchange, symbol }));
    return () => {
      for (const release of releases) release();
    };
  }, [exchange, names]);
}

/** Hears of this market's candles while it is mounted. */
export function useLiveCandles(exchange: string, symbol: string, timeframe: string, wanted: boolean): void {
  useEffect(() => {
    if (!wanted) return undefined;
    return subscriptions.want('candles', { exchange, symbol, timeframe });
  }, [exchange, symbol, timeframe, wanted]);
}
