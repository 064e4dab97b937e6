// Whether a bot that should be watched is, and when to ask again so that the answer is known in time.
import { lastHeard, serverNow } from '../../api/serverClock';
import type { Bot } from '../../api/types';

type Watched = Pick<Bot, 'status' | 'next_look_by'>;

/** The page asks again when a look is due; it says nothing of a missed one before that answer could be there. */
const GRACE = 5000;
const ASK_AFTER = 1000;
const ASK_WHILE_MISSED = 5000;

export function isWatched({ status }: Pick<Bot, 'status'>): boolean {
  return status === 'running' || status === 'paused';
}

/** Whether the bot's next look is overdue by the server's own word: a page that hears nothing cannot tell. */
export function isMissed(bot: Watched, now: number, heard = lastHeard()): boolean {
  if (!isWatched(bot) || bot.next_look_by === null) return false;
  const due = Date.parse(bot.next_look_by);
  return now > due + GRACE && heard > due;
}

/** Milliseconds until the first of these looks is due, for asking again; false where none is expected. */
export function untilNextLook(bots: readonly Watched[], now = serverNow()): number | false {
  const dues = bots.filter(isWatched).flatMap(({ next_look_by: due }) => (due ? [Date.parse(due)] : []));
  if (dues.length === 0) return false;
  return Math.max(Math.min(...dues) + ASK_AFTER - now, ASK_WHILE_MISSED);
}

/** The sooner of two pauses between questions. */
export function sooner(one: number | false, other: number | false): number | false {
  if (one === false || other === false) return one === false ? other : one;
  return Math.min(one, other);
}
