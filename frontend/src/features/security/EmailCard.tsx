// The address that one logs in with: whether it is verified, and another one instead.
import { zodResolver } from '@hookform/resolvers/zod';
import { useForm } from 'react-hook-form';
import { showProblem } from '../../api/serverErrors';
import type { User } from '../../api/types';
import { useConfiguration } from '../../app/configuration';
import { Button } from '../../components/Button';
import { Card } from '../../components/Card';
import { Field, FormProblem } from '../../components/Field';
import { Input } from '../../components/Input';
import { Badge } from '../../components/Status';
import * as z from '../../validation';
import { SendAgain } from '../accounts/VerifyBanner';
import { useChangeEmail } from './queries';

const schema = z.object({
  new_email: z
    .string()
    .trim()
    .min(1, 'Enter the new address.')
    .pipe(z.email('This is not an e-mail address.')),
  current_password: z.string().min(1, 'Enter your present password.'),
});

type Values = z.infer<typeof schema>;

const EMPTY: Values = { new_email: '', current_password: '' };

export function EmailCard({ user }: { user: User }) {
  const sendsMail = useConfiguration().data?.sends_mail ?? true;
  return (
    <Card title="E-mail address">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="flex min-w-0 flex-wrap items-center gap-2 text-sm">
          <span className="min-w-0 font-medium break-all">{user.email}</span>
          {user.email_verified ? <Badge>Verified</Badge> : <Badge tone="attention">Not verified</Badge>}
        </p>
        {!user.email_verified && sendsMail && <SendAgain />}
      </div>
      {sendsMail ? (
        <ChangeForm />
      ) : (
        <p className="mt-3 text-sm text-ink-faint">
          This server sends no e-mail, so addresses are neither verified nor changed here.
        </p>
      )}
    </Card>
  );
}

function ChangeForm() {
  const change = useChangeEmail();
  const { register, handleSubmit, setError, reset, formState } = useForm<Values>({
    resolver: zodResolver(schema),
    mode: 'onTouched',
    defaultValues: EMPTY,
  });
  const { errors, isSubmitting, isDirty } = formState;

  const submit = handleSubmit(async (values) => {
    try {
      await change.mutateAsync(values);
      reset(EMPTY);
    } catch (cause) {
      showProblem(cause, setError, (name) => (name in EMPTY ? (name as keyof Values) : null));
    }
  });

  return (
    <form noValidate onSubmit={submit} className="mt-5 grid gap-5 sm:grid-cols-2">
      <Field label="New address" error={errors.new_email?.message}>
        {(input) => (
          <Input {...input} {...register('new_email')} type="email" autoComplete="email" inputMode="email" />
        )}
      </Field>
      <Field label="Password" error={errors.current_password?.message}>
        {(input) => (
          <Input
            {...input}
            {...register('current_password')}
            type="password"
            autoComplete="current-password"
          />
        )}
      </Field>
      <div className="space-y-4 sm:col-span-2">
        {change.isSuccess && !isDirty && (
          <p role="status" className="text-sm text-ink-soft">
            A letter is on its way to {change.variables.new_email}. The address changes when its link is
            followed.
          </p>
        )}
        <FormProblem message={errors.root?.server?.message} />
        <Button type="submit" busy={isSubmitting} disabled={!isDirty}>
          Change address
        </Button>
      </div>
    </form>
  );
}
