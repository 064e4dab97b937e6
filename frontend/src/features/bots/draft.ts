// A bot that is being written: it survives going to another page and coming back.
import { create } from 'zustand';
import { useSession } from '../accounts/session';
import type { BotFormValues } from './botForm';

export const useBotDraft = create<{ draft: BotFormValues | null }>(() => ({ draft: null }));

export function keepDraft(draft: BotFormValues | null): void {
  useBotDraft.setState({ draft });
}

// Another user does not find it.
useSession.subscribe((session, before) => {
  if (session.userId !== before.userId) keepDraft(null);
});
