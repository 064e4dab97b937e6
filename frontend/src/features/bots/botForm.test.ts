import { describe, expect, it } from 'vitest';
import { aBot, anApiKey, anExchange, aStrategy } from '../../testing/records';
import { botSchema, emptyForm, formField, formOf, toChange, toNewBot } from './botForm';
import { describeBot } from './description';

const strategies = [aStrategy()];
const values = { ...emptyForm(strategies, 'binance'), name: 'Bitcoin minutes' };

function problemsOf(change: Partial<typeof values>): string[] {
  const result = botSchema(strategies).safeParse({ ...values, ...change });
  return result.success ? [] : result.error.issues.map((issue) => issue.path.join('.'));
}

describe('the rules of the bot form', () => {
  it('accept what it begins with, once it has a name', () => {
    expect(problemsOf({})).toEqual([]);
    expect(problemsOf({ name: ' ' })).toEqual(['name']);
  });

  it('ask for an account when it trades live', () => {
    expect(problemsOf({ tradesOn: 'live' })).toEqual(['api_key_id']);
    expect(problemsOf({ tradesOn: 'live', api_key_id: 'key-1' })).toEqual([]);
  });

  it('check amounts as text', () => {
    const { rules } = values;
    expect(problemsOf({ rules: { ...rules, base_amount: '1,5' } })).toEqual(['rules.base_amount']);
    expect(problemsOf({ rules: { ...rules, base_amount: '0' } })).toEqual(['rules.base_amount']);
    expect(problemsOf({ rules: { ...rules, stop_loss_percentage: '', take_profit_percentage: '' } })).toEqual(
      [],
    );
    expect(problemsOf({ rules: { ...rules, stop_loss_percentage: '100' } })).toEqual([
      'rules.stop_loss_percentage',
    ]);
    expect(problemsOf({ rules: { ...rules, cooldown_minutes: '1.5' } })).toEqual(['rules.cooldown_minutes']);
  });

  it('check the strategy’s parameters', () => {
    const strategy_config = { short_period: '1', long_period: '30' };
    expect(problemsOf({ strategy_config })).toEqual(['strategy_config.short_period']);
  });
});

describe('what is sent', () => {
  it('has money as text and parameters as numbers', () => {
    expect(
      toNewBot({ ...values, rules: { ...values.rules, take_profit_percentage: '' } }, strategies),
    ).toMatchObject({
      symbols: ['BTC/USDT'],
      strategy_config: { short_period: 10, long_period: 30 },
      base_amount: '100',
      stop_loss_percentage: '2',
      take_profit_percentage: null,
      is_paper_trading: true,
      api_key_id: null,
    });
  });

  it('is only what was changed, so that a running bot can be renamed', () => {
    const before = formOf(aBot(), strategies);
    expect(toChange(before, { ...before, name: 'New name' }, strategies)).toEqual({ name: 'New name' });
    const strategy_config = { short_period: '12', long_period: '30' };
    expect(toChange(before, { ...before, strategy_config }, strategies)).toEqual({
      strategy_config: { short_period: 12, long_period: 30 },
    });
  });
});

describe('the other kinds', () => {
  const grid = {
    ...values.rules,
    kind: 'grid' as const,
    grid_lower_price: '90',
    grid_upper_price: '110',
  };
  const live = { tradesOn: 'live' as const, api_key_id: 'key-1', stop_on_exchange: true };

  it('ask for their own fields and not for those of a strategy that does not decide', () => {
    const strategy_config = { short_period: 'x', long_period: '30' };
    expect(problemsOf({ rules: grid, strategy_config })).toEqual([]);
    expect(problemsOf({ rules: { ...grid, grid_lower_price: '' } })).toEqual(['rules.grid_lower_price']);
    expect(toNewBot({ ...values, rules: grid, strategy_config }, strategies)).toMatchObject({
      kind: 'grid',
      strategy_config: { long_period: 30 },
      grid: { lower_price: '90', upper_price: '110', intervals: 10 },
      dca: null,
    });
  });

  it('leave a stop at the exchange only where there is an exchange and no grid', () => {
    const sent = (change: Partial<typeof values>) =>
      toNewBot({ ...values, ...change }, strategies).stop_on_exchange;
    expect(sent(live)).toBe(true);
    expect(sent({ ...live, tradesOn: 'paper' })).toBe(false);
    expect(sent({ ...live, rules: grid })).toBe(false);
  });

  it('are told in their own words', () => {
    const choices = { strategies, exchanges: [anExchange()], keys: [anApiKey()] };
    const told = describeBot({ ...values, rules: grid }, choices, 'en');
    expect(told.buys).toContain('10 lines between 90.0000 and 110.00 USDT');
    expect(told.sells[0]).toBe('Each purchase at the line above it.');
    const dca = { ...values.rules, kind: 'dca' as const, dca_start: 'at_once' as const };
    expect(describeBot({ ...values, rules: dca }, choices, 'en').buys).toBe(
      'For 100.00 USDT at once, and again after every sale. As the price falls it buys up to 5 times more, the first 1.00 % lower.',
    );
  });
});

describe('the server’s field names', () => {
  it.each([
    ['symbols', 'symbol'],
    ['symbols.0', 'symbol'],
    ['strategy_config.short_period', 'strategy_config.short_period'],
    ['strategy_config.unknown', null],
    ['base_amount', 'rules.base_amount'],
    ['trading_window.days.0', 'rules.window_days'],
    ['api_key_id', 'tradesOn'],
    ['nonsense', null],
  ])('%s belongs to %s', (name, field) => {
    expect(formField(name, values)).toBe(field);
  });

  it('of the account belong to the field that is in sight', () => {
    expect(formField('api_key_id', { ...values, tradesOn: 'live' })).toBe('api_key_id');
    expect(formField('exchange', { ...values, tradesOn: 'live' })).toBe('api_key_id');
  });
});

describe('the plain words', () => {
  const choices = { strategies, exchanges: [anExchange()], keys: [anApiKey()] };

  it('say what a stop costs', () => {
    const { sells } = describeBot(
      { ...values, rules: { ...values.rules, base_amount: '250', stop_loss_percentage: '1.5' } },
      choices,
      'en',
    );
    expect(sells[1]).toContain('3.75 USDT');
  });

  it('warn of real money, of no stop loss, and of an amount that cannot be paid', () => {
    const rules = { ...values.rules, stop_loss_percentage: '' };
    const live = { ...values, tradesOn: 'live' as const, api_key_id: 'key-1', rules };
    expect(describeBot(live, choices, 'en').warnings).toHaveLength(2);
    const poor = { ...values, paper_balance: '50' };
    expect(describeBot(poor, choices, 'en').warnings[0]).toContain('could never buy');
    const testing = { ...choices, keys: [anApiKey({ is_testnet: true })] };
    expect(describeBot(live, testing, 'en').warnings).not.toContain('This bot trades with real money.');
  });
});
