import { describe, expect, it } from 'vitest';
import type { Holding, OneBacktest } from '../../api/types';
import { aStrategy } from '../../testing/records';
import { emptyRun, originOf, runField, runFrom, runSchema, toBacktest } from './backtestForm';

const strategies = [aStrategy()];
const holding: Holding = {
  exchange: 'binance',
  exchange_name: 'Binance',
  is_upload: false,
  symbol: 'BTC/USDT',
  timeframe: '1m',
  from: '2023-01-01T00:00:00Z',
  to: '2024-12-31T23:59:00Z',
  count: 1,
};
const holdings = [holding];
const values = emptyRun(strategies, holdings);

function problemsOf(change: Partial<typeof values>): string[] {
  const result = runSchema(strategies).safeParse({ ...values, ...change });
  return result.success ? [] : result.error.issues.map((issue) => issue.path.join('.'));
}

describe('a new backtest', () => {
  it('begins with the last year of the first stored market', () => {
    expect(values).toMatchObject({
      elsewhere: false,
      symbol: 'BTC/USDT',
      timeframe: '1h',
      start: '2024-01-02',
      end: '2025-01-01',
    });
    expect(problemsOf({})).toEqual([]);
  });

  it('looks for a market elsewhere where nothing is stored', () => {
    expect(emptyRun(strategies, [])).toMatchObject({ elsewhere: true, start: '' });
  });
});

describe('the rules of the form', () => {
  it('want a period that ends after it begins', () => {
    expect(problemsOf({ start: '2024-02-01', end: '2024-02-01' })).toEqual(['end']);
    expect(problemsOf({ start: '' })).toEqual(['start']);
  });

  it('want costs in per cent', () => {
    expect(problemsOf({ fee_rate: '11' })).toEqual(['fee_rate']);
    expect(problemsOf({ slippage: '0,1' })).toEqual(['slippage']);
    expect(problemsOf({ maker_fee_rate: '' })).toEqual([]);
  });

  it('check rules and parameters where they are', () => {
    const rules = { ...values.rules, base_amount: '0' };
    expect(problemsOf({ rules })).toEqual(['rules.base_amount']);
    expect(problemsOf({ strategy_config: { short_period: 'x', long_period: '30' } })).toEqual([
      'strategy_config.short_period',
    ]);
  });
});

describe('what is sent', () => {
  it('has fractions, numbers and the rules', () => {
    expect(toBacktest({ ...values, name: ' Trend ' }, strategies)).toMatchObject({
      name: 'Trend',
      start: '2024-01-02',
      strategy_config: { short_period: 10, long_period: 30 },
      fee_rate: '0.001',
      maker_fee_rate: null,
      slippage: '0.0005',
      spread: '0',
      kind: 'signal',
      stop_loss_percentage: '2',
    });
  });
});

describe('running again', () => {
  const backtest = {
    name: 'Before',
    start: '2024-03-01T00:00:00Z',
    end: '2024-03-05T12:00:00Z',
    configuration: {
      exchange: 'upload',
      symbol: 'BTC/USDT',
      timeframe: '5m',
      strategy: 'sma_crossover',
      strategy_config: { short_period: 12, long_period: 40 },
      initial_balance: '500',
      fee_rate: '0.00075',
      slippage: '0',
      stop_loss_percentage: '1.5',
    },
  } as unknown as OneBacktest;

  it('takes over everything', () => {
    const again = runFrom(originOf(backtest), strategies, holdings);
    expect(again).toMatchObject({
      name: 'Before',
      elsewhere: true,
      exchange: 'upload',
      start: '2024-03-01',
      end: '2024-03-06',
      strategy_config: { short_period: '12', long_period: '40' },
      initial_balance: '500',
      fee_rate: '0.075',
      slippage: '0',
    });
    expect(again.rules.stop_loss_percentage).toBe('1.5');
  });

  it('puts a trial’s combination in, parameters and rules', () => {
    const changes = { short_period: 8, stop_loss_percentage: 2.5, cooldown_minutes: 30 };
    const again = runFrom(originOf(backtest), strategies, holdings, changes);
    expect(again.strategy_config).toEqual({ short_period: '8', long_period: '40' });
    expect(again.rules).toMatchObject({ stop_loss_percentage: '2.5', cooldown_minutes: '30' });
  });
});

describe('the server’s field names', () => {
  it.each([
    ['start', 'start'],
    ['strategy_config.short_period', 'strategy_config.short_period'],
    ['strategy_config.unknown', null],
    ['stop_loss_percentage', 'rules.stop_loss_percentage'],
    ['grid.upper_price', 'rules.grid_upper_price'],
    ['exchange', 'symbol'],
    ['filters', null],
  ])('%s belongs to %s', (name, field) => {
    expect(runField(name, values)).toBe(field);
  });
});
