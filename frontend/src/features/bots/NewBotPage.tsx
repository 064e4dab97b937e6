// Making a bot.
import { useCallback, useRef } from 'react';
import toast from 'react-hot-toast';
import { useLocation, useNavigate } from 'react-router';
import { ButtonLink } from '../../components/Button';
import { PageHeader } from '../../components/PageHeader';
import { BotForm } from './BotForm';
import { emptyForm, formOfDraft, toNewBot, type BotFormValues } from './botForm';
import { useCreateBot } from './commands';
import { keepDraft, useBotDraft } from './draft';
import { FormSkeleton } from './FormSkeleton';
import { useFormChoices } from './useFormChoices';

export function NewBotPage() {
  const { choices, error, isFetching, retry } = useFormChoices();
  const create = useCreateBot();
  const navigate = useNavigate();
  const created = useRef(false);
  const tested = testedDraft(useLocation().state);

  const keepUnlessCreated = useCallback((values: BotFormValues) => {
    keepDraft(created.current ? null : values);
  }, []);

  return (
    <>
      <PageHeader title="New bot" below="It is created stopped. You start it from its page." />
      {choices ? (
        <BotForm
          initial={
            tested
              ? formOfDraft(tested, choices.strategies, choices.exchanges[0]?.id ?? '')
              : (useBotDraft.getState().draft ??
                emptyForm(choices.strategies, choices.exchanges[0]?.id ?? ''))
          }
          choices={choices}
          submitLabel="Create bot"
          cancel={
            <ButtonLink to="/bots" variant="plain">
              Cancel
            </ButtonLink>
          }
          onLeave={keepUnlessCreated}
          onSubmit={async (values) => {
            const bot = await create.mutateAsync(toNewBot(values, choices.strategies));
            created.current = true;
            toast.success(`${bot.name} was created. Start it when you are ready.`);
            await navigate(`/bots/${bot.id}`);
          }}
        />
      ) : (
        <FormSkeleton error={error} retrying={isFetching} onRetry={retry} />
      )}
    </>
  );
}

/** What a backtest's page hands over, under `draft`; null where one came from elsewhere. */
function testedDraft(state: unknown): Record<string, unknown> | null {
  if (typeof state !== 'object' || state === null || !('draft' in state)) return null;
  const { draft } = state;
  return typeof draft === 'object' && draft !== null ? { ...draft } : null;
}
