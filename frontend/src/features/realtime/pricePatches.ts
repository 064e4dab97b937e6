// Socket messages about prices, written into the cached tickers, positions and candles.
import Big from 'big.js';
import type { QueryClient } from '@tanstack/react-query';
import { queryKeys } from '../../api/queryKeys';
import type { Page, Portfolio, Position, Ticker } from '../../api/types';
import type { CandleUpdate, PriceUpdate } from './messages';

/** The newest price moves the ticker and what open positions in that market are worth. */
export function takePrice(client: QueryClient, update: PriceUpdate): void {
  client.setQueryData<Ticker[]>(queryKeys.tickers(update.exchange), (tickers) => {
    const index = tickers?.findIndex((ticker) => ticker.symbol === update.symbol) ?? -1;
    const ticker = tickers?.[index];
    if (!tickers || !ticker) return tickers;
    return tickers.with(index, { ...ticker, price: update.price, updated_at: update.at });
  });
  for (const [key, page] of client.getQueriesData<Page<Position>>({ queryKey: queryKeys.positions })) {
    if (!page?.items.some((position) => isMoved(position, update))) continue;
    client.setQueryData(key, { ...page, items: page.items.map((one) => revalued(one, update)) });
  }
  client.setQueryData<Portfolio>(queryKeys.portfolio, (portfolio) => {
    if (!portfolio?.open_positions.some((position) => isMoved(position, update))) return portfolio;
    const open_positions = portfolio.open_positions.map((position) => revalued(position, update));
    const unrealized_pnl = open_positions
      .reduce((sum, position) => sum.plus(position.unrealized_pnl ?? 0), Big(0))
      .toFixed();
    return { ...portfolio, open_positions, unrealized_pnl };
  });
}

function isMoved(position: Position, update: PriceUpdate): boolean {
  return (
    position.closed_at === null && position.symbol === update.symbol && position.mark_price !== update.price
  );
}

/** The position at the new price: the server's figure moved by the price's change, so that its fees stay in it. */
export function revalued(position: Position, update: PriceUpdate): Position {
  if (!isMoved(position, update)) return position;
  const price = Big(update.price);
  const gain =
    position.mark_price !== null && position.unrealized_pnl !== null
      ? price.minus(position.mark_price).times(position.quantity).plus(position.unrealized_pnl)
      : price.minus(position.entry_price).times(position.quantity).minus(position.fees);
  return { ...position, mark_price: update.price, unrealized_pnl: gain.toFixed() };
}

/** The candle of now is kept beside the closed ones, which the server sends with their indicators. */
export function takeCandle(client: QueryClient, candle: CandleUpdate): void {
  client.setQueryData(queryKeys.liveCandle(candle.exchange, candle.symbol, candle.timeframe), candle);
}
