// Starting, stopping, pausing and resuming a bot, with the server's words when it refuses.
import toast from 'react-hot-toast';
import { toApiError } from '../../api/errors';
import type { Bot } from '../../api/types';
import { useBotCommand, type BotCommand } from './commands';

type Switch = Record<BotCommand, () => void> & { isBusy: boolean };

const DONE: Record<BotCommand, (bot: Bot) => string> = {
  start: (bot) => `${bot.name} is running.`,
  stop: (bot) => bot.status_reason ?? `${bot.name} is stopped.`,
  pause: (bot) => bot.status_reason ?? `${bot.name} is paused.`,
  resume: (bot) => `${bot.name} may buy again.`,
};

const NOT_DONE: Record<BotCommand, string> = {
  start: 'was not started',
  stop: 'was not stopped',
  pause: 'was not paused',
  resume: 'was not resumed',
};

export function useSwitch(bot: Pick<Bot, 'id' | 'name'>): Switch {
  const command = useBotCommand();
  const give = (name: BotCommand) => () => {
    command.mutate(
      { id: bot.id, name },
      {
        onSuccess: (changed) => toast.success(DONE[name](changed)),
        onError: (cause) => toast.error(sentence(`${bot.name} ${NOT_DONE[name]}.`, cause)),
      },
    );
  };
  return {
    start: give('start'),
    stop: give('stop'),
    pause: give('pause'),
    resume: give('resume'),
    isBusy: command.isPending,
  };
}

/** What happened, and everything the server said about it. */
function sentence(outcome: string, cause: unknown): string {
  const problem = toApiError(cause);
  const details = problem.details.map((detail) => detail.message);
  return [outcome, ...(details.length > 0 ? details : [problem.message])].join(' ');
}
