import { QueryClient } from '@tanstack/react-query';
import { beforeEach, describe, expect, it } from 'vitest';
import { queryKeys } from '../../api/queryKeys';
import type { Bot, Page, Position } from '../../api/types';
import { aBot, aPosition, aTrade, pageOf } from '../../testing/records';
import { putRow, takeBotStatus, takeClosedPosition, takePosition, takeTrade } from './recordPatches';

interface Row {
  id: string;
  bot_id: string;
  symbol: string;
  status?: string;
}

function page(...items: Row[]) {
  return { items, total: items.length, limit: 2, offset: 0, has_next: false, has_prev: false };
}

const row = (id: string, bot_id = 'bot', extra: Partial<Row> = {}): Row => ({
  id,
  bot_id,
  symbol: 'BTC/USDT',
  ...extra,
});

function idsOf(client: QueryClient, key: readonly unknown[]): string[] | undefined {
  return client.getQueryData<ReturnType<typeof page>>(key)?.items.map((item) => item.id);
}

describe('a row that came by socket', () => {
  it('goes to the top of every list that shows it and of no other', () => {
    const client = new QueryClient();
    client.setQueryData(['trades', {}], page(row('1')));
    client.setQueryData(['trades', { bot_id: 'bot' }], page(row('1')));
    client.setQueryData(['trades', { bot_id: 'other' }], page());
    putRow(client, ['trades'], row('2'));
    expect(idsOf(client, ['trades', {}])).toEqual(['2', '1']);
    expect(idsOf(client, ['trades', { bot_id: 'bot' }])).toEqual(['2', '1']);
    expect(idsOf(client, ['trades', { bot_id: 'other' }])).toEqual([]);
  });

  it('leaves the lists of a state that it is not in any more', () => {
    const client = new QueryClient();
    client.setQueryData(['orders', { status: 'open' }], page(row('1', 'bot', { status: 'open' })));
    client.setQueryData(['orders', { status: 'filled' }], page());
    putRow(client, ['orders'], row('1', 'bot', { status: 'filled' }));
    expect(idsOf(client, ['orders', { status: 'open' }])).toEqual([]);
    expect(idsOf(client, ['orders', { status: 'filled' }])).toEqual(['1']);
  });

  it('replaces itself when it is told twice, and pushes the oldest off a full page', () => {
    const client = new QueryClient();
    client.setQueryData(['orders', {}], page(row('2'), row('1')));
    putRow(client, ['orders'], row('2', 'bot', { status: 'filled' }));
    expect(idsOf(client, ['orders', {}])).toEqual(['2', '1']);
    putRow(client, ['orders'], row('3'));
    expect(idsOf(client, ['orders', {}])).toEqual(['3', '2']);
    expect(client.getQueryData(['orders', {}])).toMatchObject({ total: 3, has_next: true });
  });

  it('leaves later pages alone', () => {
    const client = new QueryClient();
    const filter = { offset: 20 };
    client.setQueryData(queryKeys.tradePage(filter), pageOf([], { offset: 20 }));
    takeTrade(client, aTrade());
    expect(idsOf(client, queryKeys.tradePage(filter))).toEqual([]);
  });
});

let client: QueryClient;

beforeEach(() => {
  client = new QueryClient();
});

const positions = (filter: object) => client.getQueryData<Page<Position>>(queryKeys.positionPage(filter));

describe('positions', () => {
  it('keep their last known price when a message brings none', () => {
    client.setQueryData(queryKeys.positionPage({ status: 'open' }), pageOf([aPosition()]));
    takePosition(client, aPosition({ stop_price: '49500', mark_price: null, unrealized_pnl: null }));
    expect(positions({ status: 'open' })?.items[0]).toMatchObject({
      stop_price: '49500',
      mark_price: '50100',
      unrealized_pnl: '0.1',
    });
  });

  it('move from the open ones to the closed ones', () => {
    client.setQueryData(queryKeys.positionPage({ status: 'open' }), pageOf([aPosition()]));
    client.setQueryData(queryKeys.positionPage({ status: 'closed' }), pageOf([]));
    takeClosedPosition(client, aPosition({ closed_at: '2026-01-01T01:00:00Z', close_reason: 'take_profit' }));
    expect(positions({ status: 'open' })).toMatchObject({ items: [], total: 0 });
    expect(positions({ status: 'closed' })?.items).toHaveLength(1);
  });
});

describe('the state of a bot', () => {
  it('changes on its page and in the lists', () => {
    client.setQueryData(queryKeys.bot('bot-1'), aBot());
    client.setQueryData(queryKeys.botPage({}), pageOf([aBot()]));
    const update = {
      id: 'bot-1',
      status: 'error',
      status_reason: 'The key is refused.',
      is_running: false,
    } as const;
    expect(takeBotStatus(client, update)).toBe(true);
    expect(client.getQueryData<Bot>(queryKeys.bot('bot-1'))).toMatchObject(update);
    expect(client.getQueryData<Page<Bot>>(queryKeys.botPage({}))?.items[0]).toMatchObject(update);
    expect(takeBotStatus(client, { ...update, id: 'unknown' })).toBe(false);
  });
});
