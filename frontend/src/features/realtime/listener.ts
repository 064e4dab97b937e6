// What each socket message changes in the cache, and which answers it makes old.
import type { QueryClient } from '@tanstack/react-query';
import { queryKeys } from '../../api/queryKeys';
import { CalmInvalidation } from './invalidation';
import type { ServerMessages } from './messages';
import { takeCandle, takePrice } from './pricePatches';
import {
  takeBotStatus,
  takeClosedPosition,
  takeDecision,
  takeOrder,
  takePosition,
  takeTrade,
} from './recordPatches';
import { takeDownload, takeRunProgress } from './runPatches';

export interface Listener {
  handlers: ServerMessages;
  stop: () => void;
}

export function makeListener(client: QueryClient): Listener {
  const calm = new CalmInvalidation(client);
  const handlers: ServerMessages = {
    price_update: (message) => {
      takePrice(client, message);
    },
    candle: (message) => {
      takeCandle(client, message);
      if (message.closed) calm.ask(queryKeys.charts, ['evaluations']);
    },
    bot_status: (message) => {
      takeBotStatus(client, message);
      // Filters by status, the counts of running bots and what a paused one lets rest follow.
      calm.ask(queryKeys.bots, queryKeys.portfolio, queryKeys.restingOrders);
    },
    trade_executed: (message) => {
      takeTrade(client, message);
      calm.ask(queryKeys.portfolio, queryKeys.equityCurves, queryKeys.bots);
    },
    order_updated: (message) => {
      takeOrder(client, message);
      calm.ask(queryKeys.restingOrders);
    },
    position_updated: (message) => {
      takePosition(client, message);
      calm.ask(queryKeys.positions, queryKeys.portfolio);
    },
    position_closed: (message) => {
      takeClosedPosition(client, message);
      calm.ask(queryKeys.positions, queryKeys.portfolio);
    },
    decision: (message) => {
      takeDecision(client, message);
      // With its first decision the lines of a grid begin to rest.
      calm.ask(queryKeys.restingOrders);
    },
    backtest_progress: (message) => {
      takeRunProgress(client, message);
    },
    download_progress: (message) => {
      takeDownload(client, message);
    },
    trading_switched: () => {
      calm.ask(queryKeys.switches);
    },
    drift_confirmed: () => {
      // The bot that it concerns is paused with it.
      calm.ask(queryKeys.drifts, queryKeys.comparisons, queryKeys.bots);
    },
    signal_received: ({ bot_id }) => {
      calm.ask(queryKeys.signals, queryKeys.signalHook(bot_id));
    },
  };
  return {
    handlers,
    stop: () => {
      calm.stop();
    },
  };
}
