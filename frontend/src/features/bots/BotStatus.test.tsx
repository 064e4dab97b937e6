import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { noteServerTime } from '../../api/serverClock';
import { aBot } from '../../testing/records';
import { BotStatus } from './BotStatus';

const due = '2026-01-01T00:02:30Z';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-01-01T00:02:00Z') });
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

it('stops saying “running” once the look is overdue and the server has told so', () => {
  noteServerTime('2026-01-01T00:02:00Z');
  render(<BotStatus bot={aBot({ status: 'running', is_running: true, next_look_by: due })} />);
  expect(screen.getByTestId('bot-status')).toHaveTextContent('Running');
  act(() => {
    vi.advanceTimersByTime(40_000);
  });
  // Overdue by the clock, but the server has not been heard since: it may well be looked at.
  expect(screen.getByTestId('bot-status')).toHaveTextContent('Running');
  noteServerTime('2026-01-01T00:02:40Z');
  act(() => {
    vi.advanceTimersByTime(1000);
  });
  expect(screen.getByTestId('bot-status')).toHaveTextContent('Not being watched just now');
});

it('goes by the server’s clock, not by a wrong one here', () => {
  // This machine is two hours ahead.
  vi.setSystemTime(Date.parse('2026-01-01T02:02:00Z'));
  noteServerTime('2026-01-01T00:02:00Z');
  render(<BotStatus bot={aBot({ status: 'paused', next_look_by: due })} />);
  act(() => {
    vi.advanceTimersByTime(2000);
  });
  expect(screen.getByTestId('bot-status')).toHaveTextContent('Paused');
});
