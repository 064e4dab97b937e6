// Password and code once more, before something that only the owner may do.
import { zodResolver } from '@hookform/resolvers/zod';
import { useForm } from 'react-hook-form';
import { showProblem } from '../../api/serverErrors';
import type { PasswordAndCode } from '../../api/types';
import { Button } from '../../components/Button';
import { Field, FormProblem } from '../../components/Field';
import { Input } from '../../components/Input';
import * as z from '../../validation';

const schema = z.object({
  current_password: z.string().min(1, 'Enter your password.'),
  code: z.string().trim().min(6, 'Six digits, or a recovery code.'),
});

const EMPTY: PasswordAndCode = { current_password: '', code: '' };

interface ProofFormProps {
  words: string;
  danger?: boolean;
  onProof: (proof: PasswordAndCode) => Promise<void>;
  onClose: () => void;
}

export function ProofForm({ words, danger = false, onProof, onClose }: ProofFormProps) {
  const { register, handleSubmit, setError, formState } = useForm<PasswordAndCode>({
    resolver: zodResolver(schema),
    defaultValues: EMPTY,
  });
  const { errors, isSubmitting } = formState;
  const submit = handleSubmit(async (proof) => {
    try {
      await onProof(proof);
    } catch (cause) {
      showProblem(cause, setError, (name) => (name in EMPTY ? (name as keyof PasswordAndCode) : null));
    }
  });
  return (
    <form noValidate onSubmit={submit} className="space-y-5">
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
      <Field label="Code" error={errors.code?.message}>
        {(input) => (
          <Input {...input} {...register('code')} autoComplete="one-time-code" spellCheck={false} />
        )}
      </Field>
      <FormProblem message={errors.root?.server?.message} />
      <div className="flex justify-end gap-2">
        <Button variant="plain" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" variant={danger ? 'danger' : 'primary'} busy={isSubmitting}>
          {words}
        </Button>
      </div>
    </form>
  );
}
