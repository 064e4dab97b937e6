import { describe, expect, it, vi } from 'vitest';
import { Subscriptions } from './subscriptions';

const bitcoin = { exchange: 'binance', symbol: 'BTC/USDT' };

describe('subscriptions', () => {
  it('join a room once, however many want it, and leave it with the last', () => {
    const speak = vi.fn();
    const subscriptions = new Subscriptions();
    subscriptions.connect(speak);
    const first = subscriptions.want('ticker', bitcoin);
    const second = subscriptions.want('ticker', bitcoin);
    first();
    expect(speak.mock.calls).toEqual([['subscribe_ticker', bitcoin]]);
    second();
    expect(speak).toHaveBeenLastCalledWith('unsubscribe_ticker', bitcoin);
  });

  it('join again after a reconnect what is still wanted', () => {
    const subscriptions = new Subscriptions();
    subscriptions.want('ticker', bitcoin);
    subscriptions.want('candles', { ...bitcoin, timeframe: '1m' })();
    const speak = vi.fn();
    subscriptions.connect(speak);
    expect(speak.mock.calls).toEqual([['subscribe_ticker', bitcoin]]);
  });
});
