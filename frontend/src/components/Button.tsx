// A button, or a link that looks like one.
import type { ComponentProps, ReactNode } from 'react';
import { Link, type LinkProps } from 'react-router';

type Variant = 'primary' | 'quiet' | 'plain' | 'danger';
type Size = 'small' | 'medium';

const BASE =
  'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap ' +
  'transition-colors disabled:cursor-not-allowed disabled:opacity-50';

const VARIANTS: Record<Variant, string> = {
  primary: 'border-accent-edge bg-accent-fill text-on-accent not-disabled:hover:brightness-110',
  quiet:
    'border-line-strong bg-transparent text-ink not-disabled:hover:border-ink-faint not-disabled:hover:bg-raised',
  plain:
    'border-transparent bg-transparent text-ink-soft not-disabled:hover:bg-raised not-disabled:hover:text-ink',
  danger:
    'border-attention bg-transparent text-attention not-disabled:hover:bg-attention not-disabled:hover:text-ground',
};

const SIZES: Record<Size, string> = {
  small: 'h-7 px-2.5 text-sm',
  medium: 'h-9 px-3.5 text-base',
};

interface Look {
  variant?: Variant;
  size?: Size;
  icon?: ReactNode;
}

type ButtonProps = ComponentProps<'button'> & Look & { busy?: boolean };

export function Button({
  variant = 'quiet',
  size = 'medium',
  icon,
  busy = false,
  type = 'button',
  disabled,
  className = '',
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type}
      disabled={disabled === true || busy}
      aria-busy={busy || undefined}
      className={`${BASE} ${VARIANTS[variant]} ${SIZES[size]} ${className}`}
      {...rest}
    >
      {busy ? <Spinner /> : icon}
      {children}
    </button>
  );
}

export function ButtonLink({
  variant = 'quiet',
  size = 'medium',
  icon,
  className = '',
  children,
  ...rest
}: LinkProps & Look) {
  return (
    <Link className={`${BASE} ${VARIANTS[variant]} ${SIZES[size]} ${className}`} {...rest}>
      {icon}
      {children}
    </Link>
  );
}

function Spinner() {
  return (
    <span
      aria-hidden
      className="size-3.5 animate-spin rounded-full border-2 border-current border-r-transparent"
    />
  );
}
