import { expect, it } from 'vitest';
import { anOrder } from '../../testing/records';
import { restingOf } from './resting';

it('are limit and stop orders, each once, dearest first', () => {
  const stop = anOrder({ id: 'stop', type: 'stop_limit', price: '9500' });
  const cheap = anOrder({ id: 'cheap', price: '9000' });
  const dear = anOrder({ id: 'dear', price: '10000' });
  const market = anOrder({ id: 'market', type: 'market', price: null });
  expect(restingOf([cheap, market, dear, stop, dear]).map((order) => order.id)).toEqual([
    'dear',
    'stop',
    'cheap',
  ]);
});
