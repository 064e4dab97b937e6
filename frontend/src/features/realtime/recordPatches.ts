// Socket messages about the trading record, written into the cached lists.
import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type { RecordFilter } from '../../api/queryKeys';
import { queryKeys } from '../../api/queryKeys';
import type { Bot, Decision, Order, Page, Position, Trade } from '../../api/types';
import type { BotStatusUpdate } from './messages';

interface RecordRow {
  id: string;
  bot_id: string;
  symbol: string;
}

type CachedPage<Row> = [QueryKey, Page<Row> | undefined];

/** A new or changed row goes into every cached list that shows it; lists are newest first. */
export function putRow(client: QueryClient, family: QueryKey, row: RecordRow): void {
  const pages: CachedPage<RecordRow>[] = client.getQueriesData<Page<RecordRow>>({ queryKey: family });
  for (const [key, page] of pages) {
    if (!page) continue;
    if (matches(key[1], row)) client.setQueryData(key, pageWith(page, row));
    else if (page.items.some((item) => item.id === row.id)) client.setQueryData(key, pageWithout(page, row));
  }
}

/** A row that is in another state now leaves the lists of the one before. */
function pageWithout(page: Page<RecordRow>, row: RecordRow): Page<RecordRow> {
  return { ...page, items: page.items.filter((item) => item.id !== row.id), total: page.total - 1 };
}

function matches(filter: unknown, row: RecordRow): boolean {
  const { bot_id, symbol, status } = (filter ?? {}) as RecordFilter;
  if (status !== undefined && !hasStatus(row, status)) return false;
  return (bot_id === undefined || bot_id === row.bot_id) && (symbol === undefined || symbol === row.symbol);
}

function hasStatus(row: RecordRow, status: string): boolean {
  if ('closed_at' in row) return status === (row.closed_at === null ? 'open' : 'closed');
  return 'status' in row && row.status === status;
}

function pageWith(page: Page<RecordRow>, row: RecordRow): Page<RecordRow> {
  const index = page.items.findIndex((item) => item.id === row.id);
  if (index >= 0) return { ...page, items: page.items.with(index, row) };
  // Rows of later pages move on by one; the page asks again instead of guessing.
  if (page.offset > 0) return page;
  const items = [row, ...page.items].slice(0, page.limit);
  return { ...page, items, total: page.total + 1, has_next: page.total + 1 > items.length };
}

export function takeTrade(client: QueryClient, trade: Trade): void {
  putRow(client, queryKeys.trades, trade);
}

export function takeOrder(client: QueryClient, order: Order): void {
  putRow(client, queryKeys.orders, order);
}

export function takeDecision(client: QueryClient, decision: Decision): void {
  putRow(client, queryKeys.decisions, decision);
}

/** An open position that came by message knows no price yet; the last known one stays. */
export function takePosition(client: QueryClient, position: Position): void {
  const known = client
    .getQueriesData<Page<Position>>({ queryKey: queryKeys.positions })
    .flatMap(([, page]) => page?.items ?? [])
    .find((item) => item.id === position.id);
  const sameSize = known?.quantity === position.quantity;
  const row = {
    ...position,
    mark_price: position.mark_price ?? known?.mark_price ?? null,
    unrealized_pnl: position.unrealized_pnl ?? (sameSize ? known.unrealized_pnl : null),
  };
  putRow(client, queryKeys.positions, row);
}

export function takeClosedPosition(client: QueryClient, position: Position): void {
  putRow(client, queryKeys.positions, position);
}

/** A bot that started, stopped or failed; tells whether any cached answer knew the bot. */
export function takeBotStatus(client: QueryClient, update: BotStatusUpdate): boolean {
  const { id, status, status_reason, is_running } = update;
  // When it is looked at next is known only to the answer that follows.
  const change = { status, status_reason, is_running, next_look_by: null };
  let known = false;
  client.setQueryData<Bot>(queryKeys.bot(id), (bot) => {
    if (!bot) return undefined;
    known = true;
    return { ...bot, ...change };
  });
  const pages: CachedPage<Bot>[] = client.getQueriesData<Page<Bot>>({
    queryKey: [...queryKeys.bots, 'page'],
  });
  for (const [key, page] of pages) {
    const index = page?.items.findIndex((bot) => bot.id === id) ?? -1;
    const bot = page?.items[index];
    if (!page || !bot) continue;
    known = true;
    client.setQueryData(key, { ...page, items: page.items.with(index, { ...bot, ...change }) });
  }
  return known;
}
