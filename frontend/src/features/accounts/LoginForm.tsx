// E-mail and password, and where it is on the second factor; used on the login page, in place of a page that needs a login, and when a login ends.
import { zodResolver } from '@hookform/resolvers/zod';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { Link, useLocation } from 'react-router';
import { useConfiguration } from '../../app/configuration';
import * as z from '../../validation';
import { showProblem } from '../../api/serverErrors';
import { Button } from '../../components/Button';
import { Field, FormProblem } from '../../components/Field';
import { Input } from '../../components/Input';
import { isChallenge, useLogIn } from './commands';
import { providerProblem, wordIn } from './loginProvider';
import { SecondFactorForm } from './SecondFactorForm';

const schema = z.object({
  email: z
    .string()
    .trim()
    .min(1, 'Enter your e-mail address.')
    .pipe(z.email('This is not an e-mail address.')),
  password: z.string().min(1, 'Enter your password.'),
});

type Values = z.infer<typeof schema>;

export function LoginForm() {
  const logIn = useLogIn();
  const { register, handleSubmit, setError, formState } = useForm<Values>({
    resolver: zodResolver(schema),
    defaultValues: { email: '', password: '' },
  });
  const { errors, isSubmitting } = formState;
  const provider = useConfiguration().data?.login_provider;
  const { hash } = useLocation();
  const [mfaToken, setMfaToken] = useState(() => wordIn(hash, 'mfa_token'));
  const problem = providerProblem(wordIn(hash, 'problem'));

  const submit = handleSubmit(async (values) => {
    try {
      const answer = await logIn.mutateAsync(values);
      if (isChallenge(answer)) setMfaToken(answer.mfa_token);
    } catch (cause) {
      showProblem(cause, setError, (name) => (name === 'email' || name === 'password' ? name : null));
    }
  });

  if (mfaToken) {
    return (
      <SecondFactorForm
        mfaToken={mfaToken}
        onBack={() => {
          setMfaToken(null);
        }}
      />
    );
  }
  return (
    <form noValidate onSubmit={submit} className="space-y-5">
      <Field label="Email" error={errors.email?.message}>
        {(control) => (
          <Input {...control} {...register('email')} type="email" autoComplete="username" inputMode="email" />
        )}
      </Field>
      <Field label="Password" error={errors.password?.message}>
        {(control) => (
          <Input {...control} {...register('password')} type="password" autoComplete="current-password" />
        )}
      </Field>
      <p className="-mt-3 text-right text-sm">
        <Link to="/forgot-password" className="text-accent underline underline-offset-4">
          Forgot your password?
        </Link>
      </p>
      <FormProblem message={errors.root?.server?.message} />
      <Button type="submit" variant="primary" busy={isSubmitting} className="w-full">
        Log in
      </Button>
      {provider && (
        <div className="space-y-3 border-t border-line pt-5">
          <a
            href="/api/v1/auth/oidc/start"
            className="flex h-9 items-center justify-center rounded-md border border-line-strong text-sm font-medium hover:bg-raised"
          >
            Log in with {provider}
          </a>
          {problem && (
            <p role="alert" className="text-sm text-attention">
              {problem}
            </p>
          )}
        </div>
      )}
    </form>
  );
}
