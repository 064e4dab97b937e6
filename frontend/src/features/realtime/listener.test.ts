import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { anOrder, aTrade } from '../../testing/records';
import { PAUSE } from './invalidation';
import { makeListener } from './listener';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function listen() {
  const client = new QueryClient();
  const invalidate = vi.spyOn(client, 'invalidateQueries').mockResolvedValue();
  const { handlers, stop } = makeListener(client);
  const asked = () => {
    vi.advanceTimersByTime(PAUSE);
    stop();
    return invalidate.mock.calls.map(([filter]) => filter?.queryKey?.join(' ')).sort();
  };
  return { handlers, asked };
}

it('asks for the sums again only once in a while, however many messages come', () => {
  const { handlers, asked } = listen();
  for (let count = 0; count < 50; count += 1) handlers.trade_executed(aTrade({ id: String(count) }));
  expect(asked()).toEqual(['bots', 'equity', 'portfolio']);
});

it('asks again for what a switch, a difference and a signal concern', () => {
  const { handlers, asked } = listen();
  handlers.trading_switched({ scope: 'user' });
  handlers.drift_confirmed({ id: 'drift-1', bot_id: 'bot-1', explanation: '' });
  handlers.signal_received({ id: 'signal-1', bot_id: 'bot-1' });
  expect(asked()).toEqual(['bots', 'comparisons', 'drifts', 'signal-hooks bot-1', 'signals', 'switches']);
});

it('asks again for what rests when an order changed', () => {
  const { handlers, asked } = listen();
  handlers.order_updated(anOrder());
  expect(asked()).toEqual(['resting-orders']);
});
