import { expect, it } from 'vitest';
import type { Market } from '../../api/types';
import { adoptedSymbol, suggestions } from './marketSearch';

const markets = ['ETH/BTC', 'BTC/USDT', 'ETH/USDT', 'WBTC/USDT'].map((symbol): Market => {
  const [base = '', quote = ''] = symbol.split('/');
  return { symbol, base, quote, price_tick: '0.01', quantity_step: '0.00001', minimum_notional: '5' };
});

it.each(['btcusdt', 'BTC-USDT', ' btc / usdt '])('takes %s for BTC/USDT', (text) => {
  expect(adoptedSymbol(markets, text)).toBe('BTC/USDT');
});

it('keeps a text that names no market, for the server to refuse in words', () => {
  expect(adoptedSymbol(markets, ' NO/SUCH ')).toBe('NO/SUCH');
});

it('suggests the exact market first, then those that begin with the text', () => {
  expect(suggestions(markets, 'btc').map((market) => market.symbol)).toEqual([
    'BTC/USDT',
    'ETH/BTC',
    'WBTC/USDT',
  ]);
  expect(suggestions(markets, 'doge')).toEqual([]);
});
