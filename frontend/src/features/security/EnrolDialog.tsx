// Setting up an authenticator: password, QR code, a first code, and the recovery codes.
import { zodResolver } from '@hookform/resolvers/zod';
import { useEffect, useState } from 'react';
import { useForm } from 'react-hook-form';
import { showProblem } from '../../api/serverErrors';
import type { Enrolment } from '../../api/types';
import { Button } from '../../components/Button';
import { CopyText } from '../../components/CopyText';
import { Dialog } from '../../components/Dialog';
import { Field, FormProblem } from '../../components/Field';
import { Input } from '../../components/Input';
import * as z from '../../validation';
import { useConfirmFactor, useEnrol } from './queries';
import { RecoveryCodesText } from './RecoveryCodesText';

export function EnrolDialog({ onClose }: { onClose: () => void }) {
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  if (codes) {
    return (
      <Dialog title="The second factor is on">
        <RecoveryCodesText codes={codes} onClose={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog title="Set up an authenticator" onClose={onClose}>
      {enrolment ? (
        <ConfirmStep enrolment={enrolment} onDone={setCodes} onClose={onClose} />
      ) : (
        <PasswordStep onDone={setEnrolment} onClose={onClose} />
      )}
    </Dialog>
  );
}

const passwordSchema = z.object({ current_password: z.string().min(1, 'Enter your password.') });

interface PasswordStepProps {
  onDone: (enrolment: Enrolment) => void;
  onClose: () => void;
}

function PasswordStep({ onDone, onClose }: PasswordStepProps) {
  const enrol = useEnrol();
  const { register, handleSubmit, setError, formState } = useForm<z.infer<typeof passwordSchema>>({
    resolver: zodResolver(passwordSchema),
    defaultValues: { current_password: '' },
  });
  const { errors, isSubmitting } = formState;
  const submit = handleSubmit(async ({ current_password }) => {
    try {
      onDone(await enrol.mutateAsync(current_password));
    } catch (cause) {
      showProblem(cause, setError, (name) => (name === 'current_password' ? name : null));
    }
  });
  return (
    <form noValidate onSubmit={submit} className="space-y-5">
      <p className="text-sm text-ink-soft">
        Any authenticator app will do. First your password, to be sure that it is you.
      </p>
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
      <FormProblem message={errors.root?.server?.message} />
      <Buttons words="Go on" busy={isSubmitting} onClose={onClose} />
    </form>
  );
}

const codeSchema = z.object({ code: z.string().trim().min(6, 'Six digits.') });

interface ConfirmStepProps {
  enrolment: Enrolment;
  onDone: (codes: readonly string[]) => void;
  onClose: () => void;
}

function ConfirmStep({ enrolment, onDone, onClose }: ConfirmStepProps) {
  const confirm = useConfirmFactor();
  const { register, handleSubmit, setError, setFocus, formState } = useForm<z.infer<typeof codeSchema>>({
    resolver: zodResolver(codeSchema),
    defaultValues: { code: '' },
  });
  const { errors, isSubmitting } = formState;
  const submit = handleSubmit(async ({ code }) => {
    try {
      onDone((await confirm.mutateAsync(code)).codes);
    } catch (cause) {
      showProblem(cause, setError, (name) => (name === 'code' ? name : null));
    }
  });
  // The step before is gone, and the focus with it.
  useEffect(() => {
    setFocus('code');
  }, [setFocus]);
  return (
    <form noValidate onSubmit={submit} className="space-y-5">
      <p className="text-sm text-ink-soft">
        Scan this with the app, or type the key in. Then enter the code that it shows.
      </p>
      <img
        src={`data:image/svg+xml,${encodeURIComponent(enrolment.qr_svg)}`}
        alt="QR code of the key"
        className="bg-white mx-auto size-48 rounded-md"
      />
      <CopyText label="Key" text={enrolment.secret} />
      <Field label="Code" error={errors.code?.message}>
        {(input) => (
          <Input
            {...input}
            {...register('code')}
            inputMode="numeric"
            autoComplete="one-time-code"
            spellCheck={false}
          />
        )}
      </Field>
      <FormProblem message={errors.root?.server?.message} />
      <Buttons words="Turn it on" busy={isSubmitting} onClose={onClose} />
    </form>
  );
}

function Buttons({ words, busy, onClose }: { words: string; busy: boolean; onClose: () => void }) {
  return (
    <div className="flex justify-end gap-2">
      <Button variant="plain" onClick={onClose}>
        Cancel
      </Button>
      <Button type="submit" variant="primary" busy={busy}>
        {words}
      </Button>
    </div>
  );
}
