// Which orders rest: those that wait for a price, not those that take the one of the moment.
import Big from 'big.js';
import type { Order } from '../../api/types';

/** Limit and stop orders once each, dearest first. */
export function restingOf(orders: readonly Order[]): Order[] {
  const newest = new Map(orders.filter((order) => order.type !== 'market').map((order) => [order.id, order]));
  return [...newest.values()].sort((one, other) => Big(other.price ?? 0).cmp(one.price ?? 0));
}
