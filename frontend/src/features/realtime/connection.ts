// The socket: connects while somebody is logged in, and says whether what is on the page is live.
import type { QueryClient } from '@tanstack/react-query';
import { io, type Socket } from 'socket.io-client';
import { accessToken, onAccessToken } from '../../api/accessToken';
import { renewLogin } from '../../api/client';
import { makeListener } from './listener';
import type { ClientMessages, ServerMessages } from './messages';
import { subscriptions, useRealtime } from './state';

type RealtimeSocket = Socket<ServerMessages, ClientMessages>;

/** Connects, patches the cache from what comes, and returns what ends it. */
export function connectRealtime(url: string, client: QueryClient): () => void {
  const socket: RealtimeSocket = io(url, {
    transports: ['websocket'],
    auth: (give) => {
      give({ token: accessToken() });
    },
    reconnectionDelayMax: 10_000,
  });
  const listener = makeListener(client);
  listen(socket, listener.handlers);
  let hasBeenLive = false;

  socket.on('connect', () => {
    useRealtime.setState({ status: 'live' });
    subscriptions.connect((message, wish) => {
      socket.emit(message, wish);
    });
    // Nothing is only in a socket message: what was missed is asked for.
    if (hasBeenLive) void client.invalidateQueries();
    hasBeenLive = true;
  });
  socket.on('disconnect', () => {
    subscriptions.connect(null);
    useRealtime.setState({ status: 'away' });
  });
  socket.on('connect_error', () => {
    useRealtime.setState({ status: 'away' });
    // A server that refuses the token does not let the socket try again by itself.
    if (!socket.active) void renewAndReconnect(socket);
  });
  const forget = onAccessToken((token) => {
    if (token) socket.disconnect().connect();
  });

  return () => {
    forget();
    listener.stop();
    subscriptions.connect(null);
    socket.removeAllListeners();
    socket.disconnect();
    useRealtime.setState({ status: 'connecting' });
  };
}

function listen(socket: RealtimeSocket, handlers: ServerMessages): void {
  socket.on('price_update', handlers.price_update);
  socket.on('candle', handlers.candle);
  socket.on('bot_status', handlers.bot_status);
  socket.on('trade_executed', handlers.trade_executed);
  socket.on('order_updated', handlers.order_updated);
  socket.on('position_updated', handlers.position_updated);
  socket.on('position_closed', handlers.position_closed);
  socket.on('decision', handlers.decision);
  socket.on('backtest_progress', handlers.backtest_progress);
  socket.on('download_progress', handlers.download_progress);
  socket.on('trading_switched', handlers.trading_switched);
  socket.on('drift_confirmed', handlers.drift_confirmed);
  socket.on('signal_received', handlers.signal_received);
}

const RETRY_PAUSE = 10_000;

async function renewAndReconnect(socket: RealtimeSocket): Promise<void> {
  try {
    // The new token reconnects the socket.
    await renewLogin();
  } catch {
    setTimeout(() => {
      if (!socket.connected && accessToken()) socket.connect();
    }, RETRY_PAUSE);
  }
}
