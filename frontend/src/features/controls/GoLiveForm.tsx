// The form of going live.
import { zodResolver } from '@hookform/resolvers/zod';
import { useMemo } from 'react';
import { useForm, useWatch, type UseFormReturn } from 'react-hook-form';
import { showProblem } from '../../api/serverErrors';
import type { ApiKey, Bot } from '../../api/types';
import { Button } from '../../components/Button';
import { Checkbox } from '../../components/Checkbox';
import { Field, FormProblem } from '../../components/Field';
import { Input, NumberInput, Select } from '../../components/Input';
import { useSettled } from '../../components/useSettled';
import { quoteOf } from '../../formatting';
import { Checklist } from './Checklist';
import { useGoLive } from './commands';
import { goLiveSchema, goLiveValues, isForbidden, toGoLive, type GoLiveValues } from './goLiveValues';
import { useChecklist } from './queries';

interface GoLiveFormProps {
  bot: Bot;
  /** Of the bot's exchange, one at least. */
  keys: readonly ApiKey[];
  onClose: () => void;
  onMade: (live: Bot) => void;
}

export function GoLiveForm({ bot, keys, onClose, onMade }: GoLiveFormProps) {
  const resolver = useMemo(() => zodResolver(goLiveSchema(bot.name)), [bot.name]);
  const form = useForm<GoLiveValues>({
    resolver,
    mode: 'onTouched',
    defaultValues: goLiveValues(bot, keys.length === 1 ? (keys[0]?.id ?? '') : ''),
  });
  const { register, handleSubmit, setError, control, formState } = form;
  const { errors, isSubmitting } = formState;
  const goLive = useGoLive(bot.id);
  const [keyId, money] = useWatch({ control, name: ['api_key_id', 'paper_balance'] });
  const checks = useChecklist(bot.id, keyId, useSettled(money));
  const forbidden = checks.data ? isForbidden(checks.data) : true;

  const submit = handleSubmit(async (values) => {
    try {
      onMade(await goLive.mutateAsync(toGoLive(values)));
    } catch (cause) {
      showProblem(cause, setError, (name) => (name in values ? (name as keyof GoLiveValues) : null));
    }
  });

  return (
    <form noValidate onSubmit={submit} className="space-y-4">
      <Wishes bot={bot} keys={keys} form={form} />
      <Checklist checks={checks} />
      <Field label={`Type “${bot.name}” to confirm`} error={errors.confirmation?.message}>
        {(input) => <Input {...input} {...register('confirmation')} autoComplete="off" spellCheck={false} />}
      </Field>
      <FormProblem message={errors.root?.server?.message} />
      <div className="flex flex-wrap items-center justify-end gap-2">
        {checks.data && forbidden && (
          <p className="mr-auto text-sm text-attention">Mend what failed above first.</p>
        )}
        <Button variant="plain" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" variant="danger" busy={isSubmitting} disabled={forbidden}>
          Make the live bot
        </Button>
      </div>
    </form>
  );
}

interface WishesProps {
  bot: Bot;
  keys: readonly ApiKey[];
  form: UseFormReturn<GoLiveValues>;
}

function Wishes({ bot, keys, form: { register, formState } }: WishesProps) {
  const { errors } = formState;
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Account" error={errors.api_key_id?.message}>
        {(input) => (
          <Select {...input} {...register('api_key_id')}>
            <option value="">Choose an account</option>
            {keys.map((key) => (
              <option key={key.id} value={key.id}>
                {key.label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field
        label="Money it may use"
        help="The bot’s share of the account, in quote currency. It never spends more than this and what it earned with it."
        error={errors.paper_balance?.message}
      >
        {(input) => (
          <NumberInput {...input} {...register('paper_balance')} unit={quoteOf(bot.symbols[0] ?? '')} />
        )}
      </Field>
      <div className="sm:col-span-2">
        <Field label="Name of the live bot" error={errors.name?.message}>
          {(input) => <Input {...input} {...register('name')} autoComplete="off" />}
        </Field>
      </div>
      {bot.kind !== 'grid' && (
        <Checkbox
          label="Leave the stop at the exchange"
          detail="It goes on working when this platform does not, but in a fall it may fill late or not at all."
          error={errors.stop_on_exchange?.message}
          className="sm:col-span-2"
          {...register('stop_on_exchange')}
        />
      )}
    </div>
  );
}
