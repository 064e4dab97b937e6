// A box to tick, with what it means below its label.
import { useId, type ComponentProps, type ReactNode } from 'react';

interface CheckboxProps extends Omit<ComponentProps<'input'>, 'type' | 'id'> {
  label: string;
  detail?: ReactNode;
  error?: string | undefined;
}

export function Checkbox({ label, detail, error, className = '', ...rest }: CheckboxProps) {
  const id = useId();
  const described = detail || error ? `${id}-words` : undefined;
  return (
    <div className={`grid grid-cols-[auto_minmax(0,1fr)] gap-x-2.5 text-sm ${className}`}>
      <input
        {...rest}
        id={id}
        type="checkbox"
        aria-describedby={described}
        aria-invalid={error ? true : undefined}
        className="mt-0.5 size-4 accent-(--accent-fill)"
      />
      <label htmlFor={id} className="text-ink-soft">
        {label}
      </label>
      {described && (
        <p
          id={described}
          {...(error ? { role: 'alert' } : {})}
          className={`col-start-2 mt-0.5 text-xs ${error ? 'text-attention' : 'text-ink-faint'}`}
        >
          {error ?? detail}
        </p>
      )}
    </div>
  );
}
