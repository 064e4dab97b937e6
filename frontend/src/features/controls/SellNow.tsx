// Sells what a bot holds, now, after a question.
import { BanknotesIcon } from '@heroicons/react/16/solid';
import { useState } from 'react';
import toast from 'react-hot-toast';
import { toApiError } from '../../api/errors';
import type { Bot } from '../../api/types';
import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { FormProblem } from '../../components/Field';
import { useMovesMoney } from '../exchanges/useMovesMoney';
import { useSellNow } from './commands';

interface SellNowProps {
  bot: Bot;
  size?: 'small' | 'medium';
}

export function SellNow({ bot, size = 'medium' }: SellNowProps) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button
        aria-describedby={`bot-${bot.id}`}
        size={size}
        icon={<BanknotesIcon className="size-3.5" />}
        onClick={() => {
          setAsking(true);
        }}
      >
        Sell now
      </Button>
      {asking && (
        <Question
          bot={bot}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </>
  );
}

function Question({ bot, onClose }: { bot: Bot; onClose: () => void }) {
  const sell = useSellNow();
  const movesMoney = useMovesMoney(bot);
  return (
    <Dialog title={`Sell everything that ${bot.name} holds?`} onClose={onClose}>
      <p className="text-sm text-ink-soft">
        It is sold at the market’s price of the moment{movesMoney ? ', with real money' : ''}.
        {bot.is_running &&
          ' The bot is paused, so that it does not buy back at once; resume it when you like.'}
      </p>
      <div className="mt-4">
        <FormProblem message={sell.error ? toApiError(sell.error).message : undefined} />
      </div>
      <div className="mt-4 flex justify-end gap-2">
        <Button variant="plain" onClick={onClose}>
          Cancel
        </Button>
        <Button
          variant="danger"
          busy={sell.isPending}
          onClick={() => {
            sell.mutate(bot.id, {
              onSuccess: ({ message }) => {
                toast.success(`${bot.name}: ${message}`);
                onClose();
              },
            });
          }}
        >
          Sell now
        </Button>
      </div>
    </Dialog>
  );
}
