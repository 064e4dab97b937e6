// A confirmation that nobody gives by accident: the bot's name has to be typed.
import { useState, type ReactNode } from 'react';
import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { Field, FormProblem } from '../../components/Field';
import { Input } from '../../components/Input';

interface ConfirmByNameProps {
  title: string;
  name: string;
  confirmLabel: string;
  busy?: boolean;
  problem?: string | undefined;
  onClose: () => void;
  onConfirm: () => void;
  children: ReactNode;
}

export function ConfirmByName(props: ConfirmByNameProps) {
  const { title, name, confirmLabel, busy = false, problem, onClose, onConfirm, children } = props;
  const [typed, setTyped] = useState('');
  const matches = typed.trim() === name;
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (matches) onConfirm();
        }}
        className="space-y-4"
      >
        <p className="text-sm text-ink-soft">{children}</p>
        <Field label={`Type “${name}” to confirm`}>
          {(input) => (
            <Input
              {...input}
              autoComplete="off"
              spellCheck={false}
              value={typed}
              onChange={(event) => {
                setTyped(event.target.value);
              }}
            />
          )}
        </Field>
        <FormProblem message={problem} />
        <div className="flex justify-end gap-2">
          <Button variant="plain" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="danger" disabled={!matches} busy={busy}>
            {confirmLabel}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
