import { expect, it } from 'vitest';
import { panicSentences } from './words';

it('says what was set in motion, and what was not', () => {
  expect(panicSentences({ paused_bots: 0, closing_positions: 0 }).slice(0, 2)).toEqual([
    'No bot was running.',
    'Nothing is being sold.',
  ]);
  const [bots, positions] = panicSentences({ paused_bots: 3, closing_positions: 1 });
  expect(bots).toBe('3 bots were paused.');
  expect(positions).toContain('1 position is being sold');
});
