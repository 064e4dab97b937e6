// The question before something that concerns somebody else, with room for the reason they will read.
import { useState, type ReactNode } from 'react';
import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { Field, FormProblem } from '../../components/Field';
import { Input } from '../../components/Input';

interface ConfirmDialogProps {
  title: string;
  confirmLabel: string;
  /** Asks for a reason; it says who reads it. */
  reasonHint?: string;
  dangerous?: boolean;
  busy: boolean;
  problem: string | undefined;
  onClose: () => void;
  /** With the reason, empty where none is asked for. */
  onConfirm: (reason: string) => void;
  children: ReactNode;
}

const LONGEST = 200;

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, confirmLabel, reasonHint, dangerous = true, busy, problem, onClose, onConfirm } = props;
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const missing = reasonHint !== undefined && reason.trim() === '';
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        noValidate
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (!missing) onConfirm(reason.trim());
        }}
      >
        <div className="space-y-2 text-sm text-ink-soft">{props.children}</div>
        {reasonHint !== undefined && (
          <Field
            label="Reason"
            hint={reasonHint}
            error={tried && missing ? 'Say why, in a few words.' : undefined}
          >
            {(input) => (
              <Input
                {...input}
                value={reason}
                maxLength={LONGEST}
                autoComplete="off"
                onChange={(event) => {
                  setReason(event.target.value);
                }}
              />
            )}
          </Field>
        )}
        <FormProblem message={problem} />
        <div className="flex justify-end gap-2">
          <Button variant="plain" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant={dangerous ? 'danger' : 'primary'} busy={busy}>
            {confirmLabel}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
