// How many open differences there are, beside the place that lists them; nothing where there are none.
import { useOpenDrifts } from '../features/reconciliation/queries';

export function PlaceCount() {
  const count = useOpenDrifts();
  if (!count) return null;
  return (
    <span className="figure rounded-sm border border-attention px-1 text-2xs leading-4 text-attention">
      {count}
      <span className="sr-only"> open</span>
    </span>
  );
}
