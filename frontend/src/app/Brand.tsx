// The mark: a fleet under sail.
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 16" fill="currentColor" aria-hidden className={className}>
      <path d="M0 15.5 8 .5v15z" />
      <path d="M9.5 15.5 15.8 4v11.5z" opacity=".7" />
      <path d="M17.3 15.5 22.3 7v8.5z" opacity=".42" />
    </svg>
  );
}

export function Brand() {
  return (
    <span className="inline-flex items-center gap-2.5 text-ink">
      <Mark className="h-4 w-6 text-accent" />
      <span className="text-lg font-semibold tracking-tight">Tradefleet</span>
    </span>
  );
}
