// Roles and moments of administration in plain words.
import type { Role } from './types';

export const ROLE_WORDS: Record<Role, string> = {
  user: 'User',
  support: 'Support',
  admin: 'Administrator',
};

export const ROLE_MEANINGS: Record<Role, string> = {
  user: 'Sees and does nothing here; only their own account.',
  support: 'Sees every account, bot and order, and changes nothing.',
  admin: 'Sees everything and changes it: roles, accounts, bots, switches.',
};

/** The beginning of a day, as it is chosen, as a moment in UTC; nothing where none is chosen. */
export function dayAsMoment(day: string): string | undefined {
  return /^\d{4}-\d{2}-\d{2}$/.test(day) ? `${day}T00:00:00Z` : undefined;
}

/** The moment at which a chosen day is over. */
export function endOfDay(day: string): string | undefined {
  const begin = dayAsMoment(day);
  return begin && new Date(Date.parse(begin) + 86_400_000).toISOString();
}
