// E-mail and password; used on the login page, in place of a page that needs a login, and when a login ends.
import { zodResolver } from '@hookform/resolvers/zod';
import { useForm } from 'react-hook-form';
import * as z from '../../validation';
import { showProblem } from '../../api/serverErrors';
import { Button } from '../../components/Button';
import { Field, FormProblem } from '../../components/Field';
import { Input } from '../../components/Input';
import { useLogIn } from './commands';

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

  const submit = handleSubmit(async (values) => {
    try {
      await logIn.mutateAsync(values);
    } catch (cause) {
      showProblem(cause, setError, (name) => (name === 'email' || name === 'password' ? name : null));
    }
  });

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
      <FormProblem message={errors.root?.server?.message} />
      <Button type="submit" variant="primary" busy={isSubmitting} className="w-full">
        Log in
      </Button>
    </form>
  );
}
