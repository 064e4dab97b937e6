import { describe, expect, it } from 'vitest';
import { aBot } from '../../testing/records';
import { isMissed, sooner, untilNextLook } from './watch';

const due = Date.parse('2026-01-01T00:02:30Z');
const running = aBot({ status: 'running', is_running: true, next_look_by: '2026-01-01T00:02:30Z' });

describe('a missed look', () => {
  it('is one of a watched bot whose time has passed', () => {
    expect(isMissed(running, due - 1000, due - 1000)).toBe(false);
    expect(isMissed(running, due + 6000, due + 1000)).toBe(true);
    expect(isMissed({ ...running, status: 'paused' }, due + 6000, due + 1000)).toBe(true);
    expect(isMissed({ ...running, status: 'stopped' }, due + 6000, due + 1000)).toBe(false);
    expect(isMissed({ ...running, next_look_by: null }, due + 6000, due + 1000)).toBe(false);
  });

  it('is not claimed before the page has asked again, nor while the server does not answer', () => {
    expect(isMissed(running, due + 4000, due + 1000)).toBe(false);
    expect(isMissed(running, due + 60_000, due - 1000)).toBe(false);
  });
});

describe('asking again', () => {
  it('happens when the first look is due, and often while it is missed', () => {
    const later = aBot({ status: 'paused', next_look_by: '2026-01-01T01:00:00Z' });
    expect(untilNextLook([later, running], due - 60_000)).toBe(61_000);
    expect(untilNextLook([running], due + 60_000)).toBe(5000);
    expect(untilNextLook([aBot()], due)).toBe(false);
  });

  it('follows the shorter of two pauses', () => {
    expect(sooner(false, 3)).toBe(3);
    expect(sooner(4, false)).toBe(4);
    expect(sooner(4, 3)).toBe(3);
  });
});
