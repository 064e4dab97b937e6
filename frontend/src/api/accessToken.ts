// The access token: kept in memory only, so that it ends with the page and no script can find it in a store.
type Listener = (token: string | null) => void;

let current: string | null = null;
const listeners = new Set<Listener>();

export function accessToken(): string | null {
  return current;
}

export function setAccessToken(token: string | null): void {
  if (token === current) return;
  current = token;
  for (const listener of listeners) listener(token);
}

export function onAccessToken(listener: Listener): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
