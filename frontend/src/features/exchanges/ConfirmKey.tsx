// The user's word, given later, that a key cannot withdraw, where its exchange does not tell.
import { useState } from 'react';
import toast from 'react-hot-toast';
import { toApiError } from '../../api/errors';
import type { ApiKey } from '../../api/types';
import { Button } from '../../components/Button';
import { Field } from '../../components/Field';
import { Input } from '../../components/Input';
import { useConfirmKey } from './commands';
import { CONFIRMATION, isConfirmed } from './keyForm';

export function ConfirmKey({ apiKey, exchange }: { apiKey: ApiKey; exchange: string }) {
  const [words, setWords] = useState('');
  const confirm = useConfirmKey();
  return (
    <form
      noValidate
      className="mt-3 space-y-3 rounded-md border border-attention bg-attention-soft p-3"
      onSubmit={(event) => {
        event.preventDefault();
        confirm.mutate(
          { id: apiKey.id, words },
          { onSuccess: () => toast.success(`Bots may trade with ${apiKey.label} now.`) },
        );
      }}
    >
      <p className="text-sm">
        {exchange} does not tell whether this key can withdraw, so bots do not trade with it until you say
        that it cannot. Look there first.
      </p>
      <Field
        label={`Write: ${CONFIRMATION}`}
        error={confirm.error ? toApiError(confirm.error).message : undefined}
      >
        {(input) => (
          <Input
            {...input}
            value={words}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => {
              setWords(event.target.value);
            }}
          />
        )}
      </Field>
      <Button type="submit" size="small" busy={confirm.isPending} disabled={!isConfirmed(words)}>
        Confirm
      </Button>
    </form>
  );
}
