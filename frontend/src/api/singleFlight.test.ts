import { expect, it } from 'vitest';
import { singleFlight } from './singleFlight';

it('gives everybody who asks meanwhile the same answer, and asks anew afterwards', async () => {
  let calls = 0;
  const ask = singleFlight(() => Promise.resolve(++calls));
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
  expect(await ask()).toBe(2);
});

it('asks anew after a failure', async () => {
  let calls = 0;
  const ask = singleFlight(() => (++calls === 1 ? Promise.reject(new Error('down')) : Promise.resolve('up')));
  await expect(ask()).rejects.toThrow('down');
  expect(await ask()).toBe('up');
});
