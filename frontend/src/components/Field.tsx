// A labelled control with its help, hint and error, tied together for screen readers.
import { ExclamationTriangleIcon } from '@heroicons/react/16/solid';
import { useId, type ReactNode } from 'react';
import { HelpTip } from './Tooltip';

export interface ControlProps {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

interface FieldProps {
  label: string;
  /** What it means, behind a question mark. */
  help?: ReactNode;
  /** What to write, always in sight. */
  hint?: ReactNode;
  error?: string | undefined;
  optional?: boolean;
  children: (control: ControlProps) => ReactNode;
}

export function Field({ label, help, hint, error, optional, children }: FieldProps) {
  const id = useId();
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const described = error ? errorId : hint ? hintId : undefined;
  return (
    <div className="min-w-0">
      <div className="mb-1.5 flex items-center gap-1.5">
        <label htmlFor={id} className="text-sm font-medium text-ink-soft">
          {label}
        </label>
        {help && <HelpTip definition={help} />}
        {optional && <span className="ml-auto text-xs text-ink-faint">optional</span>}
      </div>
      {children({
        id,
        'aria-describedby': described,
        'aria-invalid': error ? true : undefined,
      })}
      {error && <FieldError id={errorId}>{error}</FieldError>}
      {hint && !error && (
        <p id={hintId} className="mt-1.5 text-xs text-ink-faint">
          {hint}
        </p>
      )}
    </div>
  );
}

function FieldError({ id, children }: { id: string; children: ReactNode }) {
  return (
    <p id={id} role="alert" className="mt-1.5 flex items-start gap-1.5 text-xs text-attention">
      <ExclamationTriangleIcon aria-hidden className="mt-px size-3.5 shrink-0" />
      <span>{children}</span>
    </p>
  );
}

/** What went wrong with the whole form, above its buttons. */
export function FormProblem({ message }: { message: string | undefined }) {
  if (!message) return null;
  return (
    <p
      role="alert"
      className="flex items-start gap-2 rounded-md border border-attention bg-attention-soft px-3 py-2 text-sm text-ink"
    >
      <ExclamationTriangleIcon aria-hidden className="mt-0.5 size-4 shrink-0 text-attention" />
      <span>{message}</span>
    </p>
  );
}
