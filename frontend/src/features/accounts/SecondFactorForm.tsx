// The code of the authenticator, after the password was right.
import { zodResolver } from '@hookform/resolvers/zod';
import { useEffect } from 'react';
import { useForm } from 'react-hook-form';
import { toApiError } from '../../api/errors';
import { showProblem } from '../../api/serverErrors';
import { Button } from '../../components/Button';
import { Field, FormProblem } from '../../components/Field';
import { Input } from '../../components/Input';
import * as z from '../../validation';
import { useSecondFactor } from './commands';

const schema = z.object({ code: z.string().trim().min(6, 'Six digits, or a recovery code.') });

type Values = z.infer<typeof schema>;

interface SecondFactorFormProps {
  mfaToken: string;
  /** The way back to the password, which was checked too long ago or is another's. */
  onBack: () => void;
}

export function SecondFactorForm({ mfaToken, onBack }: SecondFactorFormProps) {
  const verify = useSecondFactor();
  const { register, handleSubmit, setError, setFocus, formState } = useForm<Values>({
    resolver: zodResolver(schema),
    defaultValues: { code: '' },
  });
  const { errors, isSubmitting } = formState;
  const isOver = verify.error !== null && toApiError(verify.error).status === 401;

  // The form before it is gone, and the focus with it.
  useEffect(() => {
    setFocus('code');
  }, [setFocus]);

  const submit = handleSubmit(async ({ code }) => {
    try {
      await verify.mutateAsync({ mfa_token: mfaToken, code });
    } catch (cause) {
      showProblem(cause, setError, (name) => (name === 'code' ? name : null));
    }
  });

  return (
    <form noValidate onSubmit={submit} className="space-y-5">
      <p className="text-sm text-ink-soft">
        Your password is right. Now the code that your authenticator shows, or one of your recovery codes.
      </p>
      <Field label="Code" error={errors.code?.message}>
        {(control) => (
          <Input
            {...control}
            {...register('code')}
            autoComplete="one-time-code"
            autoCapitalize="none"
            spellCheck={false}
          />
        )}
      </Field>
      <FormProblem message={errors.root?.server?.message} />
      <Button type="submit" variant="primary" busy={isSubmitting} disabled={isOver} className="w-full">
        Log in
      </Button>
      <Button variant="plain" className="w-full" onClick={onBack}>
        {isOver ? 'Enter the password again' : 'Log in with another account'}
      </Button>
    </form>
  );
}
