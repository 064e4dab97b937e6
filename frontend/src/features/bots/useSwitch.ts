// Starting and stopping a bot, with the server's words when it refuses.
import toast from 'react-hot-toast';
import { toApiError } from '../../api/errors';
import type { Bot } from '../../api/types';
import { useStartBot, useStopBot } from './commands';

interface Switch {
  start: () => void;
  stop: () => void;
  isBusy: boolean;
}

export function useSwitch(bot: Pick<Bot, 'id' | 'name'>): Switch {
  const starting = useStartBot();
  const stopping = useStopBot();
  return {
    start: () => {
      starting.mutate(bot.id, {
        onSuccess: () => toast.success(`${bot.name} is running.`),
        onError: (cause) => toast.error(sentence(`${bot.name} was not started.`, cause)),
      });
    },
    stop: () => {
      stopping.mutate(bot.id, {
        onSuccess: (stopped) => toast.success(stopped.status_reason ?? `${bot.name} is stopped.`),
        onError: (cause) => toast.error(sentence(`${bot.name} was not stopped.`, cause)),
      });
    },
    isBusy: starting.isPending || stopping.isPending,
  };
}

/** What happened, and everything the server said about it. */
function sentence(outcome: string, cause: unknown): string {
  const problem = toApiError(cause);
  const details = problem.details.map((detail) => detail.message);
  return [outcome, ...(details.length > 0 ? details : [problem.message])].join(' ');
}
