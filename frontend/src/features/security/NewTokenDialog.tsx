// Making an access token: what it is for, how long it lives, and the one time that it is shown.
import { ExclamationTriangleIcon } from '@heroicons/react/16/solid';
import { zodResolver } from '@hookform/resolvers/zod';
import { useForm, useWatch } from 'react-hook-form';
import { showProblem } from '../../api/serverErrors';
import { Button } from '../../components/Button';
import { Checkbox } from '../../components/Checkbox';
import { CopyText } from '../../components/CopyText';
import { Dialog } from '../../components/Dialog';
import { Field, FormProblem } from '../../components/Field';
import { Input, Select } from '../../components/Input';
import * as z from '../../validation';
import { useMakeToken } from './queries';
import { isDangerous, SCOPE_NAMES, SCOPES } from './scopes';

const LIVES = [
  { value: '7', title: 'A week' },
  { value: '30', title: '30 days' },
  { value: '90', title: '90 days' },
  { value: '365', title: 'A year' },
  { value: '', title: 'Until it is revoked' },
] as const;

const schema = z.object({
  name: z
    .string()
    .trim()
    .min(1, 'Name it after the script that uses it.')
    .max(100, 'At most 100 characters.'),
  scopes: z.array(z.enum(SCOPE_NAMES)).min(1, 'Choose at least one.'),
  days: z.string(),
});

type Values = z.infer<typeof schema>;

export function NewTokenDialog({ onClose }: { onClose: () => void }) {
  const make = useMakeToken();
  const { register, handleSubmit, setError, control, formState } = useForm<Values>({
    resolver: zodResolver(schema),
    defaultValues: { name: '', scopes: ['bots:read'], days: '90' },
  });
  const { errors, isSubmitting } = formState;
  const scopes = useWatch({ control, name: 'scopes' });

  const submit = handleSubmit(async ({ name, scopes: chosen, days }) => {
    try {
      await make.mutateAsync({ name, scopes: chosen, expires_in_days: days === '' ? null : Number(days) });
    } catch (cause) {
      showProblem(cause, setError, (field) =>
        field === 'name' ? 'name' : field.startsWith('scopes') ? 'scopes' : null,
      );
    }
  });

  if (make.data) {
    return (
      <Dialog title={`“${make.data.name}” is ready`}>
        <p className="flex items-start gap-2 text-sm">
          <ExclamationTriangleIcon aria-hidden className="mt-0.5 size-4 shrink-0 text-accent" />
          It is shown this once. Copy it now, and keep it as you keep a password.
        </p>
        <div className="mt-4">
          <CopyText label="Access token" text={make.data.token} />
        </div>
        <div className="mt-4 flex justify-end">
          <Button onClick={onClose}>I have copied it</Button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title="New access token" size="large" onClose={onClose}>
      <form noValidate onSubmit={submit} className="space-y-5">
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label="Name" error={errors.name?.message}>
            {(input) => <Input {...input} {...register('name')} placeholder="Reporting script" />}
          </Field>
          <Field label="Lives for">
            {(input) => (
              <Select {...input} {...register('days')}>
                {LIVES.map(({ value, title }) => (
                  <option key={value} value={value}>
                    {title}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        <fieldset>
          <legend className="mb-2 text-sm font-medium text-ink-soft">What it may do</legend>
          <div className="grid gap-x-6 gap-y-2 sm:grid-cols-2">
            {SCOPES.map(({ name, words }) => (
              <Checkbox key={name} {...register('scopes')} value={name} label={words} />
            ))}
          </div>
          {errors.scopes && (
            <p role="alert" className="mt-2 text-xs text-attention">
              {errors.scopes.message}
            </p>
          )}
        </fieldset>
        {isDangerous(scopes) && (
          <p className="text-xs text-ink-soft">Whoever has this token can trade with your money.</p>
        )}
        <FormProblem message={errors.root?.server?.message} />
        <div className="flex justify-end gap-2">
          <Button variant="plain" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" busy={isSubmitting}>
            Make token
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
