// A new password, by the link of a letter.
import { zodResolver } from '@hookform/resolvers/zod';
import { useForm, useWatch } from 'react-hook-form';
import { Link } from 'react-router';
import { toApiError } from '../../api/errors';
import { showProblem } from '../../api/serverErrors';
import { Button } from '../../components/Button';
import { Field, FormProblem } from '../../components/Field';
import { Input } from '../../components/Input';
import * as z from '../../validation';
import { useResetPassword } from './commands';
import { GuestFrame } from './GuestFrame';
import { useLinkToken } from './linkToken';
import { passwordProblem } from './passwordRules';
import { PasswordStrength } from './PasswordStrength';

const schema = z.object({
  new_password: z.string().superRefine((password, context) => {
    const message = passwordProblem(password);
    if (message) context.addIssue({ code: 'custom', message });
  }),
});

type Values = z.infer<typeof schema>;

const LINK = 'text-accent underline underline-offset-4';

export function ResetPasswordPage() {
  const token = useLinkToken();
  return (
    <GuestFrame
      title="Set a new password"
      below={
        <Link to="/forgot-password" className={LINK}>
          Send me another link
        </Link>
      }
    >
      {token ? (
        <ResetForm token={token} />
      ) : (
        <p className="text-sm text-ink-soft">
          Open this page by the link in our letter; this address alone sets no password.
        </p>
      )}
    </GuestFrame>
  );
}

function ResetForm({ token }: { token: string }) {
  const reset = useResetPassword();
  const { register, handleSubmit, setError, control, formState } = useForm<Values>({
    resolver: zodResolver(schema),
    mode: 'onTouched',
    defaultValues: { new_password: '' },
  });
  const { errors, isSubmitting } = formState;
  const password = useWatch({ control, name: 'new_password' });

  const submit = handleSubmit(async ({ new_password }) => {
    try {
      await reset.mutateAsync({ token, new_password });
    } catch (cause) {
      const aboutLink = toApiError(cause).details.find((detail) => detail.field === 'token');
      if (aboutLink) setError('root.server', { type: 'server', message: aboutLink.message });
      else showProblem(cause, setError, (name) => (name === 'new_password' ? name : null));
    }
  });

  if (reset.isSuccess) {
    return (
      <div role="status" className="space-y-3 text-sm text-ink-soft">
        <p>Your password is set, and every login has ended.</p>
        <p>
          Exchange keys are frozen for 24 hours. If you use a second factor, a code on the page Exchange keys
          ends that at once.
        </p>
        <p>
          <Link to="/login" className={LINK}>
            Log in
          </Link>
        </p>
      </div>
    );
  }
  return (
    <form noValidate onSubmit={submit} className="space-y-5">
      <div>
        <Field label="New password" error={errors.new_password?.message}>
          {(input) => (
            <Input {...input} {...register('new_password')} type="password" autoComplete="new-password" />
          )}
        </Field>
        <PasswordStrength password={password} />
      </div>
      <FormProblem message={errors.root?.server?.message} />
      <Button type="submit" variant="primary" busy={isSubmitting} className="w-full">
        Set the password
      </Button>
    </form>
  );
}
