// The server's time, as its answers tell it: the clock of the user's machine may be minutes off.
let offset = 0;
let heardAt = -Infinity;

/** Takes note of the moment that an answer carries; answers without one change nothing. */
export function noteServerTime(timestamp: unknown): void {
  const moment = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
  if (Number.isNaN(moment)) return;
  offset = moment - Date.now();
  heardAt = moment;
}

/** Milliseconds since 1970 by the server's clock. */
export function serverNow(): number {
  return Date.now() + offset;
}

/** The server's time of its newest answer; -Infinity where there was none yet. */
export function lastHeard(): number {
  return heardAt;
}
