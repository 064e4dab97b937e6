// Stops somebody else's bot, with a reason that its owner reads.
import { useState } from 'react';
import toast from 'react-hot-toast';
import { toApiError } from '../../api/errors';
import { Button } from '../../components/Button';
import { isWatched } from '../bots/watch';
import { useStopBot } from './commands';
import { ConfirmDialog } from './ConfirmDialog';
import type { BotOfUser } from './types';

export function StopBot({ bot }: { bot: BotOfUser }) {
  const [asking, setAsking] = useState(false);
  const stop = useStopBot(bot.id);
  const close = () => {
    stop.reset();
    setAsking(false);
  };
  if (!isWatched(bot) && !asking) return null;
  return (
    <>
      <Button
        size="small"
        aria-label={`Stop ${bot.name}`}
        onClick={() => {
          setAsking(true);
        }}
      >
        Stop
      </Button>
      {asking && (
        <ConfirmDialog
          title={`Stop “${bot.name}”?`}
          confirmLabel="Stop bot"
          reasonHint="The bot’s owner reads it beside the bot."
          busy={stop.isPending}
          problem={stop.error ? toApiError(stop.error).message : undefined}
          onClose={close}
          onConfirm={(reason) => {
            stop.mutate(reason, {
              onSuccess: () => {
                toast.success(`${bot.name} is stopped.`);
                close();
              },
            });
          }}
        >
          <p>
            Nobody looks at it any more: it neither buys nor sells, and what rests at the exchange is taken
            back. A position that it holds stays open, without its stop.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}
