// Deleting the account for good: the username typed out, the password, and the code where there is one.
import { zodResolver } from '@hookform/resolvers/zod';
import { useForm, useWatch } from 'react-hook-form';
import toast from 'react-hot-toast';
import { useNavigate } from 'react-router';
import { toApiError } from '../../api/errors';
import { showProblem } from '../../api/serverErrors';
import type { User } from '../../api/types';
import { Button } from '../../components/Button';
import { Checkbox } from '../../components/Checkbox';
import { Dialog } from '../../components/Dialog';
import { Field, FormProblem } from '../../components/Field';
import { Input } from '../../components/Input';
import * as z from '../../validation';
import { forgetSession } from '../accounts/session';
import { useDeleteAccount } from './queries';

const schema = z.object({
  username: z.string().trim(),
  current_password: z.string().min(1, 'Enter your password.'),
  code: z.string().trim(),
  leave_positions: z.boolean(),
});

type Values = z.infer<typeof schema>;

const EMPTY: Values = { username: '', current_password: '', code: '', leave_positions: false };

export function DeleteAccountDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const remove = useDeleteAccount();
  const navigate = useNavigate();
  const { register, handleSubmit, setError, control, formState } = useForm<Values>({
    resolver: zodResolver(schema),
    defaultValues: EMPTY,
  });
  const { errors, isSubmitting } = formState;
  const typed = useWatch({ control, name: 'username' });
  // Only who has live positions is asked about them.
  const holds =
    remove.error !== null &&
    toApiError(remove.error).details.some((detail) => detail.field === 'leave_positions');

  const submit = handleSubmit(async (values) => {
    try {
      await remove.mutateAsync({ ...values, code: values.code === '' ? null : values.code });
    } catch (cause) {
      showProblem(cause, setError, (name) => (name in EMPTY ? (name as keyof Values) : null));
      return;
    }
    await navigate('/login');
    forgetSession();
    toast.success('Your account is deleted.');
  });

  return (
    <Dialog title="Delete this account?" onClose={onClose}>
      <form noValidate onSubmit={submit} className="space-y-5">
        <p className="text-sm text-ink-soft">
          Bots stop, exchange keys are destroyed, and trades, backtests and settings are erased. Nobody can
          bring them back. At your exchanges the keys live on: delete them there too.
        </p>
        <Field label={`Type ${user.username} to confirm`} error={errors.username?.message}>
          {(input) => <Input {...input} {...register('username')} autoComplete="off" spellCheck={false} />}
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
        {user.mfa_enabled && (
          <Field label="Code" error={errors.code?.message}>
            {(input) => (
              <Input {...input} {...register('code')} autoComplete="one-time-code" spellCheck={false} />
            )}
          </Field>
        )}
        {holds && (
          <div className="space-y-2">
            <p role="alert" className="text-sm text-attention">
              {errors.leave_positions?.message}
            </p>
            <Checkbox {...register('leave_positions')} label="They stay there, and I look after them" />
          </div>
        )}
        <FormProblem message={errors.root?.server?.message} />
        <div className="flex justify-end gap-2">
          <Button variant="plain" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            variant="danger"
            busy={isSubmitting}
            disabled={typed.trim() !== user.username}
          >
            Delete for good
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
