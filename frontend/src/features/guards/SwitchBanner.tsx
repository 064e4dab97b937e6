// Says on every page that something is switched off, and lets the user switch their own trading on again.
import { ExclamationTriangleIcon } from '@heroicons/react/16/solid';
import toast from 'react-hot-toast';
import { toApiError } from '../../api/errors';
import { Button } from '../../components/Button';
import { useExchanges } from '../exchanges/queries';
import { useSwitchTrading } from './commands';
import { useSwitches } from './queries';
import { haltSentences } from './words';

export function SwitchBanner() {
  const switches = useSwitches().data;
  const exchanges = useExchanges().data ?? [];
  if (!switches) return null;
  const sentences = haltSentences(switches, (id) => exchanges.find((one) => one.id === id)?.name ?? id);
  if (sentences.length === 0) return null;
  return (
    <section
      aria-label="Trading is switched off"
      className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-attention bg-attention-soft px-4 py-2 text-sm md:px-6"
    >
      <div className="flex min-w-0 items-start gap-2">
        <ExclamationTriangleIcon aria-hidden className="mt-0.5 size-4 shrink-0 text-attention" />
        <div className="min-w-0 space-y-0.5">
          {sentences.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </div>
      </div>
      {switches.is_halted && <SwitchOn />}
    </section>
  );
}

function SwitchOn() {
  const change = useSwitchTrading();
  return (
    <Button
      size="small"
      busy={change.isPending}
      onClick={() => {
        change.mutate(false, {
          onSuccess: () =>
            toast.success('Trading is switched on. Paused bots stay paused until you resume them.'),
          onError: (cause) => toast.error(toApiError(cause).message),
        });
      }}
    >
      Switch trading on
    </Button>
  );
}
