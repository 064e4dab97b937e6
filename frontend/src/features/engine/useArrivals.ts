// Which rows came while the list was on the page, so that they can be lit for a moment.
import { useState } from 'react';

interface Row {
  id: string;
}

interface Seen<Item> {
  rows: readonly Item[] | undefined;
  known: ReadonlySet<string>;
  arrived: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

export function useArrivals<Item extends Row>(rows: readonly Item[] | undefined): (row: Item) => boolean {
  const [seen, setSeen] = useState<Seen<Item>>({ rows: undefined, known: NONE, arrived: NONE });
  if (rows !== seen.rows) {
    const ids = new Set(rows?.map((row) => row.id));
    // Only the head of a list grows by itself; another page of it is not news.
    const overlaps = [...ids].some((id) => seen.known.has(id));
    const arrived = overlaps ? new Set([...ids].filter((id) => !seen.known.has(id))) : NONE;
    setSeen({ rows, known: ids, arrived });
  }
  return (row) => seen.arrived.has(row.id);
}
