// Stands where something will be, in its size, so that nothing jumps when it arrives.
export function Skeleton({ className = '' }: { className?: string }) {
  return <span aria-hidden className={`skeleton block ${className}`} />;
}
