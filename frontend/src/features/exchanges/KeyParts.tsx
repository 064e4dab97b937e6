// The parts of a key as fields, and the user's word about it, for forms that hold a key.
import { useFormContext } from 'react-hook-form';
import type { Exchange } from '../../api/types';
import { Field } from '../../components/Field';
import { Input, TextArea } from '../../components/Input';
import { CONFIRMATION, isSecret, type KeyField, type KeyFormValues } from './keyForm';

export function PartField({ field }: { field: KeyField }) {
  const { register, formState } = useFormContext<KeyFormValues>();
  const { name, label, help, is_multiline: isMultiline } = field;
  return (
    <Field label={label} error={formState.errors[name]?.message} hint={help || undefined}>
      {(input) =>
        isMultiline ? (
          <TextArea
            {...input}
            {...register(name)}
            rows={6}
            autoComplete="off"
            spellCheck={false}
            className="font-mono text-xs"
          />
        ) : (
          <Input
            {...input}
            {...register(name)}
            {...(isSecret(field) ? { type: 'password' } : {})}
            autoComplete="off"
            spellCheck={false}
            className="font-mono"
          />
        )
      }
    </Field>
  );
}

export function ConfirmationField({ exchange }: { exchange: Exchange }) {
  const { register, formState } = useFormContext<KeyFormValues>();
  return (
    <Field
      label="Your word that it cannot withdraw"
      help={`${exchange.name} does not tell what a key may do, so only you can know. Without your word bots do not trade with it.`}
      hint={
        <>
          Look at {exchange.name} whether it can, then write: <b className="font-medium">{CONFIRMATION}</b>
        </>
      }
      error={formState.errors.confirm_no_withdrawal?.message}
    >
      {(input) => (
        <Input {...input} {...register('confirm_no_withdrawal')} autoComplete="off" spellCheck={false} />
      )}
    </Field>
  );
}
