// Text, number, multi-line and choice inputs; all look alike and take a ref.
import { ChevronDownIcon } from '@heroicons/react/16/solid';
import type { ComponentProps, ReactNode } from 'react';
import { controlLook } from './controlLook';

export function Input({ className = '', ...rest }: ComponentProps<'input'>) {
  return <input className={`${controlLook} h-9 px-3 ${className}`} {...rest} />;
}

type NumberInputProps = Omit<ComponentProps<'input'>, 'type'> & { unit?: ReactNode };

/** A decimal as text: what is typed is what is sent, without a detour over floating point. */
export function NumberInput({ unit, className = '', ...rest }: NumberInputProps) {
  return (
    <div className="relative">
      <input
        type="text"
        inputMode="decimal"
        autoComplete="off"
        className={`figure ${controlLook} h-9 pl-3 ${unit ? 'pr-16' : 'pr-3'} ${className}`}
        {...rest}
      />
      {unit && (
        <span
          aria-hidden
          className="pointer-events-none absolute inset-y-0 right-3 flex items-center text-xs text-ink-faint"
        >
          {unit}
        </span>
      )}
    </div>
  );
}

export function TextArea({ className = '', ...rest }: ComponentProps<'textarea'>) {
  return <textarea className={`${controlLook} block px-3 py-[0.3125rem] ${className}`} {...rest} />;
}

export function Select({ className = '', children, ...rest }: ComponentProps<'select'>) {
  return (
    <div className="relative">
      <select className={`${controlLook} h-9 appearance-none truncate pr-8 pl-3 ${className}`} {...rest}>
        {children}
      </select>
      <ChevronDownIcon
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-ink-faint"
      />
    </div>
  );
}
