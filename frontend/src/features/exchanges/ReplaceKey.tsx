// Another key of the same account in a key's place: its bots go on with it, and the old one can be deleted there.
import { zodResolver } from '@hookform/resolvers/zod';
import { FormProvider, useForm } from 'react-hook-form';
import toast from 'react-hot-toast';
import { showProblem } from '../../api/serverErrors';
import type { ApiKey, Exchange } from '../../api/types';
import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { FormProblem } from '../../components/Field';
import { useReplaceKey } from './commands';
import { emptyKey, keyFieldsOf, keySchema, toNewKey, type KeyFormValues } from './keyForm';
import { ConfirmationField, PartField } from './KeyParts';

interface ReplaceKeyProps {
  apiKey: ApiKey;
  exchange: Exchange;
  onClose: () => void;
}

export function ReplaceKey({ apiKey, exchange, onClose }: ReplaceKeyProps) {
  const replace = useReplaceKey();
  const form = useForm<KeyFormValues>({
    resolver: zodResolver(keySchema([exchange])),
    defaultValues: { ...emptyKey(exchange.id), label: apiKey.label },
  });
  const { handleSubmit, setError, formState } = form;

  const submit = handleSubmit(async (values) => {
    const { api_key, api_secret, passphrase, confirm_no_withdrawal } = toNewKey(values, exchange);
    try {
      await replace.mutateAsync({
        id: apiKey.id,
        key: { api_key, api_secret, passphrase, confirm_no_withdrawal },
      });
    } catch (cause) {
      showProblem(cause, setError, (field) => (field in values ? (field as keyof KeyFormValues) : null));
      return;
    }
    toast.success(`${apiKey.label} has its new key. Delete the old one at ${exchange.name}.`, {
      duration: 6000,
    });
    onClose();
  });

  return (
    <Dialog title={`Replace the key of “${apiKey.label}”`} size="large" onClose={onClose}>
      <FormProvider {...form}>
        <form noValidate autoComplete="off" onSubmit={submit} className="space-y-5">
          <p className="text-sm text-ink-soft">
            Make a new key for the same account at {exchange.name}. It is tested first; then bots go on with
            it, and what they hold stays with them. A key of another account would break their record.
          </p>
          {keyFieldsOf(exchange).map((field) => (
            <PartField key={field.name} field={field} />
          ))}
          {!exchange.tells_rights && <ConfirmationField exchange={exchange} />}
          <FormProblem message={formState.errors.root?.server?.message} />
          <div className="flex justify-end gap-2">
            <Button variant="plain" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" variant="primary" busy={formState.isSubmitting}>
              Replace key
            </Button>
          </div>
        </form>
      </FormProvider>
    </Dialog>
  );
}
