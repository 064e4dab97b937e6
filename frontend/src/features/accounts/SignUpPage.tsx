// Making an account: each field is checked as it is left, and what the server refuses is said at its field.
import { zodResolver } from '@hookform/resolvers/zod';
import { useForm, useWatch } from 'react-hook-form';
import { Link, Navigate } from 'react-router';
import * as z from '../../validation';
import { OpeningPage } from '../../app/OpeningPage';
import { showProblem } from '../../api/serverErrors';
import { Button } from '../../components/Button';
import { Field, FormProblem } from '../../components/Field';
import { Input } from '../../components/Input';
import { useSignUp } from './commands';
import { GuestFrame } from './GuestFrame';
import { passwordProblem } from './passwordRules';
import { PasswordStrength } from './PasswordStrength';
import { useSession } from './session';

const schema = z.object({
  email: z
    .string()
    .trim()
    .min(1, 'Enter your e-mail address.')
    .pipe(z.email('This is not an e-mail address.')),
  username: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9_-]{3,30}$/, '3 to 30 letters, digits, hyphens or underscores.'),
  password: z.string().superRefine((password, context) => {
    const message = passwordProblem(password);
    if (message) context.addIssue({ code: 'custom', message });
  }),
});

type Values = z.infer<typeof schema>;

const FIELDS: ReadonlySet<string> = new Set<keyof Values>(['email', 'username', 'password']);

export function SignUpPage() {
  const status = useSession((session) => session.status);
  if (status === 'restoring') return <OpeningPage />;
  if (status === 'signed-in') return <Navigate to="/" replace />;
  return (
    <GuestFrame title="Create your account" below={<LoginLink />}>
      <SignUpForm />
    </GuestFrame>
  );
}

function LoginLink() {
  return (
    <>
      Have an account already?{' '}
      <Link to="/login" className="text-accent underline underline-offset-4">
        Log in
      </Link>
    </>
  );
}

function SignUpForm() {
  const signUp = useSignUp();
  const { register, handleSubmit, setError, control, formState } = useForm<Values>({
    resolver: zodResolver(schema),
    mode: 'onTouched',
    defaultValues: { email: '', username: '', password: '' },
  });
  const { errors, isSubmitting } = formState;
  const password = useWatch({ control, name: 'password' });

  const submit = handleSubmit(async (values) => {
    try {
      await signUp.mutateAsync(values);
    } catch (cause) {
      showProblem(cause, setError, (name) => (FIELDS.has(name) ? (name as keyof Values) : null));
    }
  });

  return (
    <form noValidate onSubmit={submit} className="space-y-5">
      <Field label="Email" error={errors.email?.message}>
        {(input) => (
          <Input {...input} {...register('email')} type="email" autoComplete="email" inputMode="email" />
        )}
      </Field>
      <Field label="Username" error={errors.username?.message}>
        {(input) => <Input {...input} {...register('username')} autoComplete="username" spellCheck={false} />}
      </Field>
      <div>
        <Field label="Password" error={errors.password?.message}>
          {(input) => (
            <Input {...input} {...register('password')} type="password" autoComplete="new-password" />
          )}
        </Field>
        <PasswordStrength password={password} />
      </div>
      <FormProblem message={errors.root?.server?.message} />
      <Button type="submit" variant="primary" busy={isSubmitting} className="w-full">
        Create account
      </Button>
    </form>
  );
}
