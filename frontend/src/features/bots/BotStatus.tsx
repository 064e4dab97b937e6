// The state of a bot; one that nobody looks at just now does not count as running.
import { useServerNow } from '../../api/useServerNow';
import type { Bot } from '../../api/types';
import { Status, StatusDot } from '../../components/Status';
import { isMissed } from './watch';

const LOOKS = {
  running: { mark: 'live', words: 'Running' },
  paused: { mark: 'idle', words: 'Paused' },
  stopped: { mark: 'idle', words: 'Stopped' },
  error: { mark: 'attention', words: 'Error' },
  stopped_by_risk: { mark: 'attention', words: 'Stopped by risk' },
} as const;

const MISSED = { mark: 'attention', words: 'Not being watched just now' } as const;

interface BotStatusProps {
  bot: Pick<Bot, 'status' | 'next_look_by'>;
}

function useLook(bot: BotStatusProps['bot']) {
  return isMissed(bot, useServerNow()) ? MISSED : LOOKS[bot.status];
}

export function BotStatus({ bot }: BotStatusProps) {
  const { mark, words } = useLook(bot);
  return (
    <span data-testid="bot-status">
      <Status mark={mark}>{words}</Status>
    </span>
  );
}

export function BotStatusDot({ bot }: BotStatusProps) {
  const { mark, words } = useLook(bot);
  return (
    <>
      <StatusDot mark={mark} />
      <span className="sr-only">{words}</span>
    </>
  );
}
