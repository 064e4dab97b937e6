// Asks for answers again after socket messages, at most once in a while however many come.
import type { QueryClient, QueryKey } from '@tanstack/react-query';

export const PAUSE = 2000;

export class CalmInvalidation {
  private readonly waiting = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(private readonly client: QueryClient) {}

  ask(...keys: QueryKey[]): void {
    for (const key of keys) {
      const name = JSON.stringify(key);
      if (this.waiting.has(name)) continue;
      const timer = setTimeout(() => {
        this.waiting.delete(name);
        void this.client.invalidateQueries({ queryKey: key });
      }, PAUSE);
      this.waiting.set(name, timer);
    }
  }

  stop(): void {
    for (const timer of this.waiting.values()) clearTimeout(timer);
    this.waiting.clear();
  }
}
