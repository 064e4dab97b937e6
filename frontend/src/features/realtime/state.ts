// Whether what is on the page is live, and which markets the page wants to hear of.
import { create } from 'zustand';
import { Subscriptions } from './subscriptions';

type RealtimeStatus = 'connecting' | 'live' | 'away';

export const useRealtime = create<{ status: RealtimeStatus }>(() => ({ status: 'connecting' }));

export const subscriptions = new Subscriptions();
