// Which candles to fetch for the span in sight: finer ones when it gets short, more when it reaches beyond.
import type { Span } from '../../api/queryKeys';
import type { Sight } from '../../components/runDrawing';

/** Of the loaded span; a shorter sight is worth finer candles. */
const WORTH_FINER = 0.4;
/** Candles that are drawn at most; the API gives coarser ones for more. */
const MOST_CANDLES = 1500;

interface Loaded {
  /** First and last candle that is drawn. */
  from: number;
  to: number;
  /** Seconds a candle, drawn and of the run. */
  length: number;
  finest: number;
}

/** The span to fetch, or null where what is loaded serves. `run`: the whole period of the run. */
export function wantedSpan(sight: Sight, loaded: Loaded, run: Sight): Sight | null {
  const seen = sight.to - sight.from;
  const shown = loaded.to - loaded.from;
  if (seen <= 0 || shown <= 0) return null;
  const begins = sight.from <= loaded.from && loaded.from - run.from > 2 * loaded.length;
  const ends = sight.to >= loaded.to && run.to - loaded.to > 2 * loaded.length;
  const isCoarse = loaded.length > loaded.finest;
  if (!begins && !ends && !(isCoarse && seen < WORTH_FINER * shown)) return null;
  // Room on both sides, so that a little scrolling needs no fetching, yet not so much that it costs fineness.
  const room = begins || ends ? 2 : 1.25;
  const width = Math.max(seen * room, Math.min(loaded.finest * MOST_CANDLES, seen * 3));
  const middle = (sight.from + sight.to) / 2;
  const from = Math.max(run.from, Math.floor(middle - width / 2));
  const to = Math.min(run.to, Math.ceil(middle + width / 2));
  return { from, to };
}

export function spanOf(sight: Sight | null): Span {
  if (!sight) return {};
  // The candle that opens at the end is part of what is in sight.
  return { since: moment(sight.from), until: moment(sight.to + 1) };
}

function moment(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
