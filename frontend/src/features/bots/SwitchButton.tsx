// Starts or stops a bot, pauses or resumes it; real money moves only after its name was typed.
import { PauseIcon, PlayIcon, StopIcon } from '@heroicons/react/16/solid';
import { useState } from 'react';
import type { Bot } from '../../api/types';
import { Button } from '../../components/Button';
import { useMovesMoney } from '../exchanges/useMovesMoney';
import { ConfirmByName } from './ConfirmByName';
import { useSwitch } from './useSwitch';
import { isWatched } from './watch';

interface SwitchButtonProps {
  bot: Bot;
  size?: 'small' | 'medium';
}

export function SwitchButton({ bot, size = 'medium' }: SwitchButtonProps) {
  return isWatched(bot) ? <Watched bot={bot} size={size} /> : <StartButton bot={bot} size={size} />;
}

function Watched({ bot, size }: Required<SwitchButtonProps>) {
  const { stop, pause, resume, isBusy } = useSwitch(bot);
  const look = { 'aria-describedby': `bot-${bot.id}`, size, disabled: isBusy };
  return (
    <>
      {bot.status === 'running' ? (
        <Button
          {...look}
          title="It buys nothing; what it holds stays watched."
          icon={<PauseIcon className="size-3.5" />}
          onClick={pause}
        >
          Pause
        </Button>
      ) : (
        <Button {...look} title="It may buy again." icon={<PlayIcon className="size-3.5" />} onClick={resume}>
          Resume
        </Button>
      )}
      <Button {...look} icon={<StopIcon className="size-3.5" />} onClick={stop}>
        Stop
      </Button>
    </>
  );
}

function StartButton({ bot, size }: Required<SwitchButtonProps>) {
  const { start, isBusy } = useSwitch(bot);
  const movesMoney = useMovesMoney(bot);
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button
        aria-describedby={`bot-${bot.id}`}
        size={size}
        busy={isBusy}
        icon={<PlayIcon className="size-3.5" />}
        onClick={() => {
          if (movesMoney) setAsking(true);
          else start();
        }}
      >
        Start
      </Button>
      {asking && (
        <ConfirmByName
          title="Start with real money?"
          name={bot.name}
          confirmLabel="Start trading"
          onClose={() => {
            setAsking(false);
          }}
          onConfirm={() => {
            setAsking(false);
            start();
          }}
        >
          From now on this bot sends orders to your exchange account by itself, with at most{' '}
          {bot.paper_balance} in quote currency of its money.
        </ConfirmByName>
      )}
    </>
  );
}
