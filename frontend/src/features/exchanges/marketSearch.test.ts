import { describe, expect, it } from 'vitest';
import type { Market } from '../../api/types';
import { adoptedSymbol, suggestions } from './marketSearch';

const markets: Market[] = ['ETH/BTC', 'BTC/USDT', 'ETH/USDT', 'WBTC/ETH', 'BTC/EUR'].map((symbol) => {
  const [base = '', quote = ''] = symbol.split('/');
  return {
    symbol,
    base,
    quote,
    price_tick: '0.01',
    quantity_step: '0.0001',
    minimum_quantity: '0.0001',
    minimum_notional: '5',
  };
});

describe('market search', () => {
  it('adopts a market however it is written', () => {
    expect(adoptedSymbol(markets, 'btcusdt')).toBe('BTC/USDT');
    expect(adoptedSymbol(markets, ' btc / usdt ')).toBe('BTC/USDT');
    expect(adoptedSymbol(markets, ' eth-btc ')).toBe('ETH/BTC');
    // For the server to refuse in words.
    expect(adoptedSymbol(markets, ' NO/SUCH ')).toBe('NO/SUCH');
  });

  it('puts the coin that was typed before others that contain it', () => {
    expect(suggestions(markets, 'btc').map((market) => market.symbol)).toEqual([
      'BTC/EUR',
      'BTC/USDT',
      'ETH/BTC',
      'WBTC/ETH',
    ]);
  });

  it('offers USDT markets first when nothing is typed', () => {
    expect(suggestions(markets, '')[0]?.symbol).toBe('BTC/USDT');
    expect(suggestions(markets, 'xyz')).toEqual([]);
  });
});
