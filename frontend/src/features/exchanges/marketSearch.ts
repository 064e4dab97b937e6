// Which markets somebody may mean by what they typed.
import type { Market } from '../../api/types';

const MOST = 60;

function plain(text: string): string {
  return text.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
}

/** The market that the text names, however it is written; else the text as it is. */
export function adoptedSymbol(markets: readonly Market[], text: string): string {
  const wanted = plain(text);
  return markets.find((market) => plain(market.symbol) === wanted)?.symbol ?? text.trim();
}

/** Markets that contain the text: those whose coin begins with it first. */
export function suggestions(markets: readonly Market[], text: string): Market[] {
  const wanted = plain(text);
  const ranked = markets
    .map((market) => ({ market, rank: rankOf(market, wanted) }))
    .filter(({ rank }) => rank < Infinity);
  return ranked
    .sort((one, other) => one.rank - other.rank || one.market.symbol.localeCompare(other.market.symbol))
    .slice(0, MOST)
    .map(({ market }) => market);
}

function rankOf(market: Market, wanted: string): number {
  const symbol = plain(market.symbol);
  if (wanted === '') return market.quote === 'USDT' ? 0 : 1;
  if (symbol === wanted) return 0;
  if (plain(market.base) === wanted) return 1;
  if (symbol.startsWith(wanted)) return 2;
  return symbol.includes(wanted) ? 3 : Infinity;
}
