import { describe, expect, it } from 'vitest';
import { goLiveSchema, goLiveValues, isForbidden, toGoLive } from './goLiveValues';

const bot = { name: 'Bitcoin trend' };
const good = { ...goLiveValues(bot, 'key-1'), confirmation: 'Bitcoin trend' };

function problemsOf(change: Partial<typeof good>) {
  const result = goLiveSchema(bot.name).safeParse({ ...good, ...change });
  return result.error?.issues.map((issue) => issue.path[0]) ?? [];
}

describe('going live', () => {
  it('needs an account, money, a name, and the paper bot’s name typed', () => {
    expect(problemsOf({})).toEqual([]);
    expect(problemsOf({ api_key_id: '' })).toEqual(['api_key_id']);
    expect(problemsOf({ paper_balance: '0' })).toEqual(['paper_balance']);
    expect(problemsOf({ paper_balance: '1,5' })).toEqual(['paper_balance']);
    expect(problemsOf({ name: ' ' })).toEqual(['name']);
    expect(problemsOf({ confirmation: 'bitcoin trend' })).toEqual(['confirmation']);
  });

  it('proposes a name that is not taken and not too long', () => {
    expect(good.name).toBe('Bitcoin trend live');
    expect(goLiveValues({ name: 'x'.repeat(80) }, '').name).toHaveLength(80);
  });

  it('sends money as it was typed', () => {
    expect(toGoLive({ ...good, paper_balance: ' 250.50 ' })).toEqual({
      api_key_id: 'key-1',
      name: 'Bitcoin trend live',
      paper_balance: '250.50',
      stop_on_exchange: false,
      confirmation: 'Bitcoin trend',
    });
  });

  it('is forbidden by what failed, not by a warning', () => {
    expect(isForbidden([{ name: 'record', level: 'warning', message: '' }])).toBe(false);
    expect(isForbidden([{ name: 'market', level: 'failed', message: '' }])).toBe(true);
  });
});
