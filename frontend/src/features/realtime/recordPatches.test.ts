import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { putRow } from './recordPatches';

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

  it('replaces itself when it is told twice, and pushes the oldest off a full page', () => {
    const client = new QueryClient();
    client.setQueryData(['orders', {}], page(row('2'), row('1')));
    putRow(client, ['orders'], row('2', 'bot', { status: 'filled' }));
    expect(idsOf(client, ['orders', {}])).toEqual(['2', '1']);
    putRow(client, ['orders'], row('3'));
    expect(idsOf(client, ['orders', {}])).toEqual(['3', '2']);
    expect(client.getQueryData(['orders', {}])).toMatchObject({ total: 3, has_next: true });
  });
});
