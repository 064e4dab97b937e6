// Public rooms that parts of the page want to hear: joined once, however many want them, and again after a reconnect.
import type { CandlesWish, ClientMessages, TickerWish } from './messages';

type Speak = (message: keyof ClientMessages, wish: TickerWish | CandlesWish) => void;

interface Wanted {
  room: 'ticker' | 'candles';
  wish: TickerWish | CandlesWish;
  count: number;
}

export class Subscriptions {
  private readonly wanted = new Map<string, Wanted>();
  private speak: Speak | null = null;

  /** Says what is wanted over this connection from now on; null while there is none. */
  connect(speak: Speak | null): void {
    this.speak = speak;
    for (const { room, wish } of this.wanted.values()) speak?.(`subscribe_${room}`, wish);
  }

  want(room: Wanted['room'], wish: TickerWish | CandlesWish): () => void {
    const name = JSON.stringify([room, wish]);
    const known = this.wanted.get(name);
    if (known) known.count += 1;
    else {
      this.wanted.set(name, { room, wish, count: 1 });
      this.speak?.(`subscribe_${room}`, wish);
    }
    return () => {
      this.release(name);
    };
  }

  private release(name: string): void {
    const known = this.wanted.get(name);
    if (!known) return;
    known.count -= 1;
    if (known.count > 0) return;
    this.wanted.delete(name);
    this.speak?.(`unsubscribe_${known.room}`, known.wish);
  }
}
