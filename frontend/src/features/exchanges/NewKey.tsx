// Adding a key: the steps at the exchange first, then the form.
import { zodResolver } from '@hookform/resolvers/zod';
import { useForm, useWatch } from 'react-hook-form';
import toast from 'react-hot-toast';
import * as z from '../../validation';
import { showProblem } from '../../api/serverErrors';
import type { Exchange } from '../../api/types';
import { Button } from '../../components/Button';
import { Card } from '../../components/Card';
import { Field, FormProblem } from '../../components/Field';
import { Input, Select } from '../../components/Input';
import { useAddKey } from './commands';
import { KeyGuide } from './KeyGuide';

const schema = z.object({
  exchange: z.string().min(1, 'Choose an exchange.'),
  label: z
    .string()
    .trim()
    .min(1, 'Give it a name that you will recognise.')
    .max(60, 'At most 60 characters.'),
  api_key: z.string().trim().min(8, 'This does not look like an API key.'),
  api_secret: z.string().trim().min(8, 'This does not look like an API secret.'),
  is_testnet: z.boolean(),
});

type Values = z.infer<typeof schema>;

const FIELDS: ReadonlySet<string> = new Set(Object.keys(schema.shape));

export function NewKey({ exchanges }: { exchanges: readonly Exchange[] }) {
  const add = useAddKey();
  const { register, handleSubmit, setError, reset, control, formState } = useForm<Values>({
    resolver: zodResolver(schema),
    defaultValues: {
      exchange: exchanges[0]?.id ?? '',
      label: '',
      api_key: '',
      api_secret: '',
      is_testnet: false,
    },
  });
  const { errors, isSubmitting } = formState;
  const chosen = useWatch({ control, name: 'exchange' });
  const exchange = exchanges.find((one) => one.id === chosen);

  const submit = handleSubmit(async (values) => {
    try {
      // The sandbox is play money, whatever the box says.
      const key = await add.mutateAsync({
        ...values,
        is_testnet: values.is_testnet || Boolean(exchange?.is_sandbox),
      });
      toast.success(`${key.label} was accepted by the exchange and is ready for bots.`);
      reset({ ...values, label: '', api_key: '', api_secret: '' });
    } catch (cause) {
      showProblem(cause, setError, (field) => (FIELDS.has(field) ? (field as keyof Values) : null));
    }
  });

  return (
    <Card title="Connect an account">
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
        <Field label="API key" error={errors.api_key?.message}>
          {(input) => <Input {...input} {...register('api_key')} spellCheck={false} className="font-mono" />}
        </Field>
        <Field
          label="API secret"
          error={errors.api_secret?.message}
          hint="It is encrypted before it is stored, and is never shown again."
        >
          {(input) => (
            <Input
              {...input}
              {...register('api_secret')}
              type="password"
              autoComplete="off"
              spellCheck={false}
              className="font-mono"
            />
          )}
        </Field>
        {!exchange?.is_sandbox && (
          <label className="flex items-start gap-2.5 text-sm text-ink-soft">
            <input type="checkbox" {...register('is_testnet')} className="mt-0.5 size-4 accent-accent" />
            <span>The account is on the exchange’s own test network, with play money</span>
          </label>
        )}
        <FormProblem message={errors.root?.server?.message} />
        <Button type="submit" variant="primary" busy={isSubmitting}>
          Add key
        </Button>
      </form>
    </Card>
  );
}
