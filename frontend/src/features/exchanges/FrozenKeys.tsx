// Keys that are frozen after a password reset: until when, and the code that ends it earlier.
import { LockClosedIcon } from '@heroicons/react/16/solid';
import { useState } from 'react';
import toast from 'react-hot-toast';
import { toApiError } from '../../api/errors';
import type { ApiKey } from '../../api/types';
import { Button } from '../../components/Button';
import { Field } from '../../components/Field';
import { Moment } from '../../components/Figures';
import { Input } from '../../components/Input';
import { useAccount } from '../accounts/queries';
import { useUnfreeze } from './commands';
import { frozenUntil } from './frozen';

export function FrozenKeys({ keys, now }: { keys: readonly ApiKey[]; now: number }) {
  const account = useAccount().data;
  const until = frozenUntil(keys, now);
  if (!until) return null;
  return (
    <div className="border-b border-attention bg-attention-soft p-4 text-sm">
      <p className="flex items-start gap-2">
        <LockClosedIcon aria-hidden className="mt-0.5 size-4 shrink-0 text-attention" />
        <span>
          Your password was reset, so your keys are frozen until <Moment at={until} />. Live bots are paused:
          what they hold is watched, and they buy nothing.
        </span>
      </p>
      {account?.mfa_enabled && <UnfreezeForm />}
    </div>
  );
}

function UnfreezeForm() {
  const [code, setCode] = useState('');
  const unfreeze = useUnfreeze();
  return (
    <form
      noValidate
      className="mt-3 flex flex-wrap items-start gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        unfreeze.mutate(code, {
          onSuccess: () => toast.success('Your keys are free. Paused bots wait for you to resume them.'),
        });
      }}
    >
      <Field
        label="Code of your authenticator"
        error={unfreeze.error ? toApiError(unfreeze.error).message : undefined}
      >
        {(input) => (
          <Input
            {...input}
            value={code}
            autoComplete="one-time-code"
            spellCheck={false}
            onChange={(event) => {
              setCode(event.target.value);
            }}
          />
        )}
      </Field>
      <Button type="submit" className="sm:mt-6" busy={unfreeze.isPending} disabled={code.trim().length < 6}>
        End the freeze
      </Button>
    </form>
  );
}
