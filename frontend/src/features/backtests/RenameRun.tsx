// A name that is changed where it stands.
import { PencilIcon } from '@heroicons/react/16/solid';
import { useState } from 'react';
import { toApiError } from '../../api/errors';
import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { Field } from '../../components/Field';
import { Input } from '../../components/Input';
import { useRenameBacktest } from './commands';

export function RenameRun({ id, name }: { id: string; name: string }) {
  const [typed, setTyped] = useState<string | null>(null);
  const rename = useRenameBacktest(id);
  const close = () => {
    setTyped(null);
  };
  return (
    <>
      <button
        type="button"
        aria-label="Rename"
        title="Rename"
        className="grid size-7 place-items-center rounded-md text-ink-faint hover:bg-raised hover:text-ink"
        onClick={() => {
          rename.reset();
          setTyped(name);
        }}
      >
        <PencilIcon aria-hidden className="size-3.5" />
      </button>
      {typed !== null && (
        <Dialog title="Rename the backtest" onClose={close}>
          <form
            noValidate
            className="space-y-4"
            onSubmit={(event) => {
              event.preventDefault();
              rename.mutate(typed.trim(), { onSuccess: close });
            }}
          >
            <Field label="Name" error={rename.error ? toApiError(rename.error).message : undefined}>
              {(input) => (
                <Input
                  {...input}
                  maxLength={120}
                  autoComplete="off"
                  value={typed}
                  onChange={(event) => {
                    setTyped(event.target.value);
                  }}
                />
              )}
            </Field>
            <div className="flex justify-end gap-2">
              <Button variant="plain" onClick={close}>
                Cancel
              </Button>
              <Button type="submit" variant="primary" busy={rename.isPending}>
                Save
              </Button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}
