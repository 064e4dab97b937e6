import { QueryClient } from '@tanstack/react-query';
import { beforeEach, describe, expect, it } from 'vitest';
import { queryKeys } from '../../api/queryKeys';
import type { Page, Portfolio, Position } from '../../api/types';
import { aPosition, pageOf } from '../../testing/records';
import { revalued, takePrice } from './pricePatches';

let client: QueryClient;

beforeEach(() => {
  client = new QueryClient();
});

const positions = (filter: object) => client.getQueryData<Page<Position>>(queryKeys.positionPage(filter));

describe('a price', () => {
  const update = { exchange: 'binance', symbol: 'BTC/USDT', price: '50300', at: '2026-01-01T00:00:01Z' };

  it('moves the result of a position by the change, so that its fees stay in it', () => {
    // 0.1 + (50300 - 50100) * 0.002
    expect(revalued(aPosition(), update)).toMatchObject({ mark_price: '50300', unrealized_pnl: '0.5' });
  });

  it('gives a position its first result', () => {
    const fresh = aPosition({ mark_price: null, unrealized_pnl: null });
    // (50300 - 50000) * 0.002 - 0.1
    expect(revalued(fresh, update).unrealized_pnl).toBe('0.5');
  });

  it('moves ticker, lists and portfolio, and nothing of other markets', () => {
    const other = aPosition({ id: 'other', symbol: 'ETH/USDT', unrealized_pnl: '7' });
    client.setQueryData(queryKeys.tickers('binance'), [
      { exchange: 'binance', symbol: 'BTC/USDT', price: '1', change_percentage_24h: null, updated_at: '' },
    ]);
    client.setQueryData(queryKeys.positionPage({}), pageOf([aPosition(), other]));
    client.setQueryData(queryKeys.portfolio, { open_positions: [aPosition(), other], unrealized_pnl: '7.1' });
    takePrice(client, update);
    expect(client.getQueryData(queryKeys.tickers('binance'))).toMatchObject([{ price: '50300' }]);
    expect(positions({})?.items.map((one) => one.unrealized_pnl)).toEqual(['0.5', '7']);
    expect(client.getQueryData<Portfolio>(queryKeys.portfolio)?.unrealized_pnl).toBe('7.5');
  });
});
