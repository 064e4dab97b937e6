// A forgotten password: asks for a letter; whether there is such an account is not told.
import { zodResolver } from '@hookform/resolvers/zod';
import { useForm } from 'react-hook-form';
import { Link } from 'react-router';
import { useConfiguration } from '../../app/configuration';
import { showProblem } from '../../api/serverErrors';
import { Button } from '../../components/Button';
import { Field, FormProblem } from '../../components/Field';
import { Input } from '../../components/Input';
import * as z from '../../validation';
import { useForgotPassword } from './commands';
import { GuestFrame } from './GuestFrame';

const schema = z.object({
  email: z
    .string()
    .trim()
    .min(1, 'Enter your e-mail address.')
    .pipe(z.email('This is not an e-mail address.')),
});

type Values = z.infer<typeof schema>;

export function ForgotPasswordPage() {
  const sendsMail = useConfiguration().data?.sends_mail ?? true;
  return (
    <GuestFrame
      title="Forgot your password?"
      below={
        <Link to="/login" className="text-accent underline underline-offset-4">
          Back to the login
        </Link>
      }
    >
      {sendsMail ? (
        <ForgotForm />
      ) : (
        <p className="text-sm text-ink-soft">
          This server sends no e-mail. Ask whoever runs it to set a new password for you.
        </p>
      )}
    </GuestFrame>
  );
}

function ForgotForm() {
  const ask = useForgotPassword();
  const { register, handleSubmit, setError, formState } = useForm<Values>({
    resolver: zodResolver(schema),
    defaultValues: { email: '' },
  });
  const { errors, isSubmitting } = formState;

  const submit = handleSubmit(async ({ email }) => {
    try {
      await ask.mutateAsync(email);
    } catch (cause) {
      showProblem(cause, setError, (name) => (name === 'email' ? name : null));
    }
  });

  if (ask.isSuccess) {
    return (
      <div role="status" className="space-y-3 text-sm text-ink-soft">
        <p>
          If there is an account for <span className="font-medium break-all text-ink">{ask.variables}</span>,
          a letter with a link is on its way. The link is good for an hour.
        </p>
        <p>Nothing there after a few minutes? Look among the spam, or try again.</p>
      </div>
    );
  }
  return (
    <form noValidate onSubmit={submit} className="space-y-5">
      <p className="text-sm text-ink-soft">
        We send you a link to set a new one. After that every login ends and your exchange keys are frozen for
        24 hours; your bots go on watching what they hold.
      </p>
      <Field label="Email" error={errors.email?.message}>
        {(control) => (
          <Input {...control} {...register('email')} type="email" autoComplete="username" inputMode="email" />
        )}
      </Field>
      <FormProblem message={errors.root?.server?.message} />
      <Button type="submit" variant="primary" busy={isSubmitting} className="w-full">
        Send the link
      </Button>
    </form>
  );
}
