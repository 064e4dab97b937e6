// The server's time for what changes with it alone; one timer ticks for all who look.
import { useSyncExternalStore } from 'react';
import { serverNow } from './serverClock';

const SECOND = 1000;
const watchers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = 0;

function tick(): void {
  now = serverNow();
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  timer ??= setInterval(tick, SECOND);
  return () => {
    watchers.delete(watcher);
    if (watchers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    now = 0;
  };
}

function snapshot(): number {
  if (now === 0) now = serverNow();
  return now;
}

/** Milliseconds since 1970 by the server's clock, anew every second. */
export function useServerNow(): number {
  return useSyncExternalStore(watch, snapshot);
}
