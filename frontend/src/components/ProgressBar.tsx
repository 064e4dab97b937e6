// How far something is.
interface ProgressBarProps {
  label: string;
  /** Per cent. */
  value: number;
  className?: string;
}

export function ProgressBar({ label, value, className = '' }: ProgressBarProps) {
  return (
    <span
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(value)}
      className={`block h-1.5 overflow-hidden rounded-full bg-line ${className}`}
    >
      <span
        className="block h-full rounded-full bg-accent transition-[width] duration-300"
        style={{ width: `${Math.max(2, Math.min(100, value))}%` }}
      />
    </span>
  );
}
