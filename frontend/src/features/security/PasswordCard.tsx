// A new password, with the present one to be sure who asks.
import { zodResolver } from '@hookform/resolvers/zod';
import { useForm, useWatch } from 'react-hook-form';
import toast from 'react-hot-toast';
import { showProblem } from '../../api/serverErrors';
import { Button } from '../../components/Button';
import { Card } from '../../components/Card';
import { Field, FormProblem } from '../../components/Field';
import { Input } from '../../components/Input';
import * as z from '../../validation';
import { passwordProblem } from '../accounts/passwordRules';
import { PasswordStrength } from '../accounts/PasswordStrength';
import { useChangePassword } from './queries';

const schema = z.object({
  current_password: z.string().min(1, 'Enter your present password.'),
  new_password: z.string().superRefine((password, context) => {
    const message = passwordProblem(password);
    if (message) context.addIssue({ code: 'custom', message });
  }),
});

type Values = z.infer<typeof schema>;

const EMPTY: Values = { current_password: '', new_password: '' };

export function PasswordCard() {
  const change = useChangePassword();
  const { register, handleSubmit, setError, control, reset, formState } = useForm<Values>({
    resolver: zodResolver(schema),
    mode: 'onTouched',
    defaultValues: EMPTY,
  });
  const { errors, isSubmitting, isDirty } = formState;
  const password = useWatch({ control, name: 'new_password' });

  const submit = handleSubmit(async (values) => {
    try {
      await change.mutateAsync(values);
      reset(EMPTY);
      toast.success('Your password is changed. Every other login has ended.');
    } catch (cause) {
      showProblem(cause, setError, (name) => (name in EMPTY ? (name as keyof Values) : null));
    }
  });

  return (
    <Card title="Password">
      <form noValidate onSubmit={submit} className="grid gap-5 sm:grid-cols-2">
        <Field label="Present password" error={errors.current_password?.message}>
          {(input) => (
            <Input
              {...input}
              {...register('current_password')}
              type="password"
              autoComplete="current-password"
            />
          )}
        </Field>
        <div>
          <Field label="New password" error={errors.new_password?.message}>
            {(input) => (
              <Input {...input} {...register('new_password')} type="password" autoComplete="new-password" />
            )}
          </Field>
          {password !== '' && <PasswordStrength password={password} />}
        </div>
        <div className="space-y-4 sm:col-span-2">
          <FormProblem message={errors.root?.server?.message} />
          <Button type="submit" busy={isSubmitting} disabled={!isDirty}>
            Change password
          </Button>
        </div>
      </form>
    </Card>
  );
}
