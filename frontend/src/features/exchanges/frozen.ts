// Until when keys are frozen.
import type { ApiKey } from '../../api/types';

/** The last moment of a freeze that is not over, or null. */
export function frozenUntil(keys: readonly ApiKey[], now: number): string | null {
  const lasting = keys
    .map((key) => key.frozen_until)
    .filter((until): until is string => until !== null && Date.parse(until) > now);
  return lasting.sort().at(-1) ?? null;
}
