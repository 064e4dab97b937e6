import { describe, expect, it } from 'vitest';
import { bestOf, metricText } from './metricText';
import { strengthOf, yearRows } from './months';
import { nameIn } from '../../api/saveFile';
import { settingsOf } from './settingWords';

const region = { locale: 'en', timezone: 'UTC' };

describe('a figure in words', () => {
  it.each([
    ['fraction', '-0.0123', '-1.23 %'],
    ['money', '1234.5', '1,234.50'],
    ['count', '1782', '1,782'],
    ['duration', '93784', '1 d 2 h'],
    ['duration', '0', '0 s'],
    ['ratio', '1.005', '1.00'],
  ] as const)('%s %s is %s', (unit, value, text) => {
    expect(metricText({ unit, value }, region)).toBe(text);
  });

  it('is none without a value', () => {
    expect(metricText({ unit: 'ratio', value: null }, region)).toBeNull();
  });
});

describe('the best of several', () => {
  it('is the largest, or the smallest where less is better', () => {
    expect(bestOf('total_return', ['-0.1', '0.2', null])).toBe(1);
    expect(bestOf('max_drawdown', ['0.3', '0.05', '0.2'])).toBe(1);
  });

  it('is none among equals, unknowns and figures that are not good or bad', () => {
    expect(bestOf('sharpe', ['1.0', '1'])).toBe(-1);
    expect(bestOf('sharpe', [null, null])).toBe(-1);
    expect(bestOf('trades', ['1', '2'])).toBe(-1);
  });
});

describe('months', () => {
  const rows = yearRows([
    { year: 2024, month: 1, value: '0.1' },
    { year: 2023, month: 12, value: '-0.2' },
    { year: 2024, month: 2, value: '0.1' },
  ]);

  it('stand in years that chain them', () => {
    expect(rows.map((row) => row.year)).toEqual([2023, 2024]);
    expect(rows[1]!.months.slice(0, 3)).toEqual([0.1, 0.1, null]);
    expect(rows[1]!.total).toBeCloseTo(0.21);
  });

  it('are coloured by the strongest of all', () => {
    expect(strengthOf(-0.2, rows)).toBe(1);
    expect(strengthOf(0.1, rows)).toBe(0.5);
    expect(strengthOf(0, [])).toBe(0);
  });
});

it('settings are flat, in words, and only those that are set', () => {
  const words = settingsOf({
    fee_rate: '0.0007',
    stop_loss_percentage: '2',
    max_drawdown: null,
    strategy_config: { short_period: 10 },
    close_on_breach: true,
  });
  expect(words.map(({ title, text }) => `${title}: ${text}`)).toEqual([
    'Taker fee: 0.07 %',
    'Stop loss: 2 %',
    'Short period: 10',
    'Sells at a limit: yes',
  ]);
});

it('a file is called what the server calls it', () => {
  expect(nameIn('attachment; filename="backtest-1.csv"')).toBe('backtest-1.csv');
  expect(nameIn('')).toBeNull();
});
