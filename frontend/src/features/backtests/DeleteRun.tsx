// Deletes a backtest or an optimisation after a question.
import { TrashIcon } from '@heroicons/react/16/solid';
import { useState } from 'react';
import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { FormProblem } from '../../components/Field';
import { toApiError } from '../../api/errors';

interface DeleteRunProps {
  /** "backtest" or "optimisation". */
  what: string;
  name: string;
  /** Only the sign, where there is no room for the word. */
  brief?: boolean;
  onDelete: () => Promise<void>;
}

export function DeleteRun({ what, name, brief = false, onDelete }: DeleteRunProps) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  async function remove(): Promise<void> {
    setBusy(true);
    try {
      await onDelete();
      setAsking(false);
    } catch (cause) {
      setProblem(toApiError(cause).message);
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <Button
        variant="plain"
        size={brief ? 'small' : 'medium'}
        icon={<TrashIcon className="size-3.5" />}
        {...(brief ? { 'aria-label': `Delete ${name}`, title: 'Delete' } : {})}
        onClick={() => {
          setProblem(undefined);
          setAsking(true);
        }}
      >
        {brief ? null : 'Delete'}
      </Button>
      {asking && (
        <Dialog
          title={`Delete this ${what}?`}
          onClose={() => {
            setAsking(false);
          }}
        >
          <div className="space-y-4">
            <p className="text-sm text-ink-soft">
              “{name}” and everything that came of it goes for good. Bots that were made of it stay.
            </p>
            <FormProblem message={problem} />
            <div className="flex justify-end gap-2">
              <Button
                variant="plain"
                onClick={() => {
                  setAsking(false);
                }}
              >
                Cancel
              </Button>
              <Button variant="danger" busy={busy} onClick={remove}>
                Delete {what}
              </Button>
            </div>
          </div>
        </Dialog>
      )}
    </>
  );
}
