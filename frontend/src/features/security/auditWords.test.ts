import { expect, it } from 'vitest';
import { actionWords, changeWords } from './auditWords';

it('says what was done', () => {
  expect(actionWords('trading_bots.changed')).toBe('Bot changed');
  expect(actionWords('login.began')).toBe('Logged in');
  expect(actionWords('password.reset_asked')).toBe('New password asked for');
  expect(actionWords('something_new.created')).toBe('something_new created');
});

it('says from what to what', () => {
  const changes = { status: ['running', 'paused'], status_reason: [null, 'Paused by you.'] };
  expect(changeWords({ action: 'trading_bots.changed', changes })).toBe(
    'status: running → paused, status reason: none → Paused by you.',
  );
});

it('names what is new, and shows masked secrets as they come', () => {
  expect(
    changeWords({
      action: 'api_keys.created',
      changes: { label: [null, 'Main'], api_key_enc: [null, '•••'] },
    }),
  ).toBe('Main');
  expect(changeWords({ action: 'users.changed', changes: { password_hash: ['•••', '•••'] } })).toBe(
    'password: ••• → •••',
  );
});
