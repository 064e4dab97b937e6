// The state of a bot.
import type { BotStatus as StatusName } from '../../api/types';
import { Status, StatusDot } from '../../components/Status';

const LOOKS = {
  running: { mark: 'live', words: 'Running' },
  stopped: { mark: 'idle', words: 'Stopped' },
  error: { mark: 'attention', words: 'Error' },
  stopped_by_risk: { mark: 'attention', words: 'Stopped by risk' },
} as const;

export function BotStatus({ status }: { status: StatusName }) {
  const { mark, words } = LOOKS[status];
  return (
    <span data-testid="bot-status">
      <Status mark={mark}>{words}</Status>
    </span>
  );
}

export function BotStatusDot({ status }: { status: StatusName }) {
  const { mark, words } = LOOKS[status];
  return (
    <>
      <StatusDot mark={mark} />
      <span className="sr-only">{words}</span>
    </>
  );
}
