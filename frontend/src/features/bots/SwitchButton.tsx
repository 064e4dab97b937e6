// Starts or stops a bot; real money moves only after its name was typed.
import { PlayIcon, StopIcon } from '@heroicons/react/16/solid';
import { useState } from 'react';
import type { Bot } from '../../api/types';
import { Button } from '../../components/Button';
import { useApiKeys, useExchanges } from '../exchanges/queries';
import { ConfirmByName } from './ConfirmByName';
import { useSwitch } from './useSwitch';

interface SwitchButtonProps {
  bot: Bot;
  size?: 'small' | 'medium';
}

export function SwitchButton({ bot, size = 'medium' }: SwitchButtonProps) {
  const { start, stop, isBusy } = useSwitch(bot);
  const movesMoney = useMovesMoney(bot);
  const [asking, setAsking] = useState(false);
  const described = { 'aria-describedby': `bot-${bot.id}` };

  if (bot.is_running) {
    return (
      <Button
        {...described}
        size={size}
        busy={isBusy}
        icon={<StopIcon className="size-3.5" />}
        onClick={stop}
      >
        Stop
      </Button>
    );
  }
  return (
    <>
      <Button
        {...described}
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
          From the next closed candle on, this bot sends orders to your exchange account by itself, each for
          about {bot.base_amount} in quote currency.
        </ConfirmByName>
      )}
    </>
  );
}

/** Whether starting it lets it trade an account that is neither a test network nor the sandbox. */
function useMovesMoney(bot: Bot): boolean {
  const keys = useApiKeys().data?.items;
  const exchanges = useExchanges().data;
  if (bot.is_paper_trading) return false;
  const key = keys?.find((one) => one.id === bot.api_key_id);
  const exchange = exchanges?.find((one) => one.id === bot.exchange);
  return !(key?.is_testnet ?? false) && !(exchange?.is_sandbox ?? false);
}
