import { describe, expect, it } from 'vitest';
import { anExchange } from '../../testing/records';
import { CONFIRMATION, emptyKey, isConfirmed, keyFieldsOf, keySchema, toNewKey } from './keyForm';

const pem = '-----BEGIN EC PRIVATE KEY-----\nabc\n-----END EC PRIVATE KEY-----\n';
const plain = anExchange();
const silent = anExchange({
  id: 'alpaca',
  tells_rights: false,
  has_testnet: false,
  key_fields: [
    { name: 'api_key', label: 'Key', help: '', is_multiline: false },
    { name: 'api_secret', label: 'Private key', help: 'All lines.', is_multiline: true },
    { name: 'passphrase', label: 'Passphrase', help: '', is_multiline: false },
    { name: 'colour', label: 'Colour', help: '', is_multiline: false },
  ],
});
const exchanges = [plain, silent];
const typed = { ...emptyKey('binance'), label: 'Main', api_key: 'abcdefgh', api_secret: pem };

function problemsOf(change: Partial<typeof typed>) {
  const result = keySchema(exchanges).safeParse({ ...typed, ...change });
  return result.error?.issues.map((issue) => issue.path[0]) ?? [];
}

describe('the form of a key', () => {
  it('asks for what the chosen exchange declares', () => {
    expect(keyFieldsOf(silent).map((field) => field.name)).toEqual(['api_key', 'api_secret', 'passphrase']);
    expect(problemsOf({})).toEqual([]);
    expect(problemsOf({ exchange: 'alpaca' })).toEqual(['passphrase']);
    expect(problemsOf({ api_secret: 'short' })).toEqual(['api_secret']);
  });

  it('takes the confirmation as the server does, or none', () => {
    expect(isConfirmed(` ${CONFIRMATION.toUpperCase()}. `)).toBe(true);
    expect(problemsOf({ confirm_no_withdrawal: 'it cannot' })).toEqual(['confirm_no_withdrawal']);
    expect(problemsOf({ confirm_no_withdrawal: '' })).toEqual([]);
  });

  it('sends nothing that was meant for another exchange, and keeps the lines of a private key', () => {
    const all = { ...typed, passphrase: 'secret', is_testnet: true, confirm_no_withdrawal: CONFIRMATION };
    expect(toNewKey(all, plain)).toMatchObject({
      api_secret: pem.trim(),
      passphrase: null,
      is_testnet: true,
      confirm_no_withdrawal: null,
    });
    expect(toNewKey(all, silent)).toMatchObject({
      exchange: 'alpaca',
      passphrase: 'secret',
      is_testnet: false,
      confirm_no_withdrawal: CONFIRMATION,
    });
  });
});
