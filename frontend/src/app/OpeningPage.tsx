// What shows for the moment before the page knows who is there.
import { Mark } from './Brand';

export function OpeningPage() {
  return (
    <div className="grid min-h-dvh place-items-center" role="status" aria-label="Opening Tradefleet">
      <Mark className="breathe size-10 text-accent" />
    </div>
  );
}
