// Adding a key: the steps at the exchange first, then the form with the parts that its keys have.
import { zodResolver } from '@hookform/resolvers/zod';
import { useMemo } from 'react';
import { FormProvider, useForm, useFormContext, useWatch } from 'react-hook-form';
import toast from 'react-hot-toast';
import { showProblem } from '../../api/serverErrors';
import type { ApiKey, Exchange } from '../../api/types';
import { Button } from '../../components/Button';
import { Card } from '../../components/Card';
import { Checkbox } from '../../components/Checkbox';
import { Field, FormProblem } from '../../components/Field';
import { Input, Select } from '../../components/Input';
import { useAddKey } from './commands';
import { emptyKey, keyFieldsOf, keySchema, toNewKey, type KeyFormValues } from './keyForm';
import { KeyGuide } from './KeyGuide';
import { ConfirmationField, PartField } from './KeyParts';

interface NewKeyProps {
  /** Those that take keys. */
  exchanges: readonly Exchange[];
}

export function NewKey({ exchanges }: NewKeyProps) {
  const add = useAddKey();
  const resolver = useMemo(() => zodResolver(keySchema(exchanges)), [exchanges]);
  const form = useForm<KeyFormValues>({ resolver, defaultValues: emptyKey(exchanges[0]?.id ?? '') });
  const { register, handleSubmit, setError, reset, control, formState } = form;
  const { errors, isSubmitting } = formState;
  const chosen = useWatch({ control, name: 'exchange' });
  const exchange = exchanges.find((one) => one.id === chosen);

  const submit = handleSubmit(async (values) => {
    if (!exchange) return;
    try {
      toast.success(acceptedWords(await add.mutateAsync(toNewKey(values, exchange))), { duration: 6000 });
      reset({ ...emptyKey(values.exchange), is_testnet: values.is_testnet });
    } catch (cause) {
      showProblem(cause, setError, (field) => (field in values ? (field as keyof KeyFormValues) : null));
    }
  });

  return (
    <Card title="Connect an account">
      <FormProvider {...form}>
        <form noValidate autoComplete="off" onSubmit={submit} className="space-y-5">
          <Field label="Exchange" error={errors.exchange?.message}>
            {(input) => (
              <Select {...input} {...register('exchange')}>
                {exchanges.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          {exchange && <KeyGuide exchange={exchange} />}
          <Field
            label="Label"
            help="Your own name for the account; only you see it."
            error={errors.label?.message}
          >
            {(input) => <Input {...input} {...register('label')} placeholder="Main account" />}
          </Field>
          {keyFieldsOf(exchange).map((field) => (
            <PartField key={`${chosen} ${field.name}`} field={field} />
          ))}
          <p className="text-xs text-ink-faint">
            All of it is encrypted before it is stored, and is never shown again.
          </p>
          {exchange && <Assurances exchange={exchange} />}
          <FormProblem message={errors.root?.server?.message} />
          <Button type="submit" variant="primary" busy={isSubmitting}>
            Add key
          </Button>
        </form>
      </FormProvider>
    </Card>
  );
}

function acceptedWords(key: ApiKey): string {
  if (key.trades_live) return `${key.label} was accepted by the exchange and is ready for bots.`;
  return `${key.label} was accepted by the exchange. Confirm in words that it cannot withdraw; then bots may use it.`;
}

/** What only the user knows of the key: where it is from, and what it may do. */
function Assurances({ exchange }: { exchange: Exchange }) {
  const { register, formState } = useFormContext<KeyFormValues>();
  const { errors } = formState;
  return (
    <>
      {exchange.has_testnet && (
        <Checkbox
          label="The account is on the exchange’s own test network, with play money"
          error={errors.is_testnet?.message}
          {...register('is_testnet')}
        />
      )}
      {!exchange.tells_rights && <ConfirmationField exchange={exchange} />}
    </>
  );
}
