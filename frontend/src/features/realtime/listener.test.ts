import { QueryClient } from '@tanstack/react-query';
import { expect, it, vi } from 'vitest';
import { aTrade } from '../../testing/records';
import { PAUSE } from './invalidation';
import { makeListener } from './listener';

it('asks for the sums again only once in a while, however many messages come', () => {
  vi.useFakeTimers();
  const client = new QueryClient();
  const invalidate = vi.spyOn(client, 'invalidateQueries').mockResolvedValue();
  const { handlers, stop } = makeListener(client);
  for (let count = 0; count < 50; count += 1) handlers.trade_executed(aTrade({ id: String(count) }));
  vi.advanceTimersByTime(PAUSE);
  const asked = invalidate.mock.calls.map(([filter]) => filter?.queryKey?.[0]);
  expect(asked.sort()).toEqual(['bots', 'equity', 'portfolio']);
  stop();
  vi.useRealTimers();
});
