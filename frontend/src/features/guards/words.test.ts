import { expect, it } from 'vitest';
import { haltSentences } from './words';

const nothing = { is_halted: false, reason: null, platform_reason: null, exchanges: [] };
const nameOf = (id: string) => (id === 'kraken' ? 'Kraken' : id);

it('nothing is said while everything is on', () => {
  expect(haltSentences(nothing, nameOf)).toEqual([]);
});

it('each switch that is off is told with its reason as a sentence', () => {
  const told = haltSentences(
    {
      is_halted: true,
      reason: 'You pressed the panic button.',
      platform_reason: 'Maintenance',
      exchanges: [{ exchange: 'kraken', reason: 'It does not answer' }],
    },
    nameOf,
  );
  expect(told).toHaveLength(3);
  expect(told[0]).toContain('for everybody: Maintenance. No bot buys');
  expect(told[1]).toContain('on Kraken is switched off: It does not answer.');
  expect(told[2]).toContain('You have switched trading off: You pressed the panic button. No bot');
});
