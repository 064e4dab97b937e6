// Differences by name.
import type { Drift } from '../../api/types';

export const KIND_WORDS: Record<Drift['kind'], string> = {
  order_unknown_state: 'Order in an unknown state',
  order_still_open: 'Order still open at the exchange',
  balance_short: 'Fewer coins than the bots hold',
};

export const STATE_WORDS: Record<Drift['state'], string> = {
  suspected: 'Suspected',
  confirmed: 'Confirmed',
  resolved: 'Settled',
};
