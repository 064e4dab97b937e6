// The form of a bot, new or changed; what it will do stands beside it in plain words.
import { zodResolver } from '@hookform/resolvers/zod';
import { useEffect, useMemo, type ReactNode } from 'react';
import { FormProvider, useForm, useWatch } from 'react-hook-form';
import { showProblem } from '../../api/serverErrors';
import type { ApiKey, Exchange, Strategy } from '../../api/types';
import { Button } from '../../components/Button';
import { FormProblem } from '../../components/Field';
import { botSchema, formField, type BotFormValues } from './botForm';
import { BotPreview } from './BotPreview';
import { BotSummary } from './BotSummary';
import { IdentitySection, KindSection, MarketSection, MoneySection } from './BotFormSections';

export interface FormChoices {
  strategies: readonly Strategy[];
  exchanges: readonly Exchange[];
  keys: readonly ApiKey[];
}

interface BotFormProps {
  initial: BotFormValues;
  choices: FormChoices;
  submitLabel: string;
  /** Only name and description may be changed. */
  locked?: ReactNode;
  cancel: ReactNode;
  onSubmit: (values: BotFormValues) => Promise<void>;
  /** Told what is in the form when it leaves the page unsent. */
  onLeave?: (values: BotFormValues) => void;
}

export function BotForm({ initial, choices, submitLabel, locked, cancel, onSubmit, onLeave }: BotFormProps) {
  const resolver = useMemo(() => zodResolver(botSchema(choices.strategies)), [choices.strategies]);
  const form = useForm<BotFormValues>({ resolver, mode: 'onTouched', defaultValues: initial });
  const { handleSubmit, setError, getValues, control, formState } = form;
  const { errors, isSubmitting } = formState;

  useEffect(() => {
    if (!onLeave) return undefined;
    return () => {
      onLeave(getValues());
    };
  }, [onLeave, getValues]);

  const submit = handleSubmit(async (values) => {
    try {
      await onSubmit(values);
    } catch (cause) {
      showProblem(cause, setError, (name) => formField(name, getValues()));
    }
  });

  return (
    <FormProvider {...form}>
      <form
        noValidate
        onSubmit={submit}
        className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem] xl:grid-cols-[minmax(0,46rem)_24rem]"
      >
        <div className="grid min-w-0 gap-4">
          <IdentitySection />
          {locked}
          <fieldset disabled={locked !== undefined} className="grid min-w-0 gap-4">
            <MarketSection choices={choices} />
            <KindSection strategies={choices.strategies} />
            <MoneySection />
          </fieldset>
          <FormProblem message={errors.root?.server?.message} />
          <div className="flex gap-2">
            <Button type="submit" variant="primary" busy={isSubmitting}>
              {submitLabel}
            </Button>
            {cancel}
          </div>
        </div>
        <Summary control={control} choices={choices} />
      </form>
    </FormProvider>
  );
}

interface SummaryProps {
  control: ReturnType<typeof useForm<BotFormValues>>['control'];
  choices: FormChoices;
}

function Summary({ control, choices }: SummaryProps) {
  const values = useWatch({ control }) as BotFormValues;
  return (
    <div className="grid gap-4 lg:sticky lg:top-16">
      <BotPreview values={values} choices={choices} />
      <BotSummary values={values} choices={choices} />
    </div>
  );
}
