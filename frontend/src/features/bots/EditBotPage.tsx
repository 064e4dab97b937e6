// Changing a bot. How it trades can be changed only while it is stopped.
import toast from 'react-hot-toast';
import { useNavigate, useParams } from 'react-router';
import type { Bot } from '../../api/types';
import { Button, ButtonLink } from '../../components/Button';
import { PageHeader } from '../../components/PageHeader';
import { BotForm } from './BotForm';
import { formOf, toChange } from './botForm';
import { useChangeBot } from './commands';
import { FormSkeleton } from './FormSkeleton';
import { useBot } from './queries';
import { useFormChoices } from './useFormChoices';
import { useSwitch } from './useSwitch';
import { isWatched } from './watch';

export function EditBotPage() {
  const { botId = '' } = useParams();
  const bot = useBot(botId);
  const { choices, error, isFetching, retry } = useFormChoices();
  const change = useChangeBot(botId);
  const navigate = useNavigate();
  return (
    <>
      <PageHeader title={bot.data ? `Edit ${bot.data.name}` : 'Edit bot'} />
      {choices && bot.data ? (
        <BotForm
          initial={formOf(bot.data, choices.strategies)}
          choices={choices}
          submitLabel="Save changes"
          {...(isWatched(bot.data) ? { locked: <RunningNotice bot={bot.data} /> } : {})}
          cancel={
            <ButtonLink to={`/bots/${botId}`} variant="plain">
              Cancel
            </ButtonLink>
          }
          onSubmit={async (values) => {
            const before = formOf(bot.data, choices.strategies);
            await change.mutateAsync(toChange(before, values, choices.strategies));
            toast.success('The changes are saved.');
            await navigate(`/bots/${botId}`);
          }}
        />
      ) : (
        <FormSkeleton
          error={bot.data ? error : (bot.error ?? error)}
          retrying={isFetching || bot.isFetching}
          onRetry={() => {
            retry();
            if (bot.isError) void bot.refetch();
          }}
        />
      )}
    </>
  );
}

function RunningNotice({ bot }: { bot: Bot }) {
  const { stop, isBusy } = useSwitch(bot);
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 rounded-lg border border-accent bg-accent-soft px-5 py-3 text-sm">
      <p>
        The bot is {bot.is_running ? 'running' : 'paused'}: name and description can be changed now. Stop it
        to change how it trades; what you typed stays.
      </p>
      <Button size="small" busy={isBusy} onClick={stop}>
        Stop
      </Button>
    </div>
  );
}
