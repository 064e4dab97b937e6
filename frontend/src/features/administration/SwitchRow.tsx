// One switch over everybody's trading: of the whole platform, or of an exchange.
import { useState } from 'react';
import toast from 'react-hot-toast';
import { toApiError } from '../../api/errors';
import { Button } from '../../components/Button';
import { Moment } from '../../components/Figures';
import { Status } from '../../components/Status';
import { useSetSwitch } from './commands';
import { ConfirmDialog } from './ConfirmDialog';
import { useMayChange } from './queries';
import type { VenueSwitch } from './types';

export function SwitchRow({ place }: { place: VenueSwitch }) {
  const mayChange = useMayChange();
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-2.5">
      <div className="min-w-0">
        <p className={`text-sm ${place.exchange === null ? 'font-semibold' : 'font-medium'}`}>{place.name}</p>
        {place.is_halted && (
          <p className="mt-0.5 text-xs text-ink-soft">
            {place.reason} <span className="text-ink-faint">since</span> <Moment at={place.since} />
          </p>
        )}
      </div>
      <div className="flex items-center gap-4">
        <Status mark={place.is_halted ? 'attention' : 'live'}>
          {place.is_halted ? 'Switched off' : 'Switched on'}
        </Status>
        {mayChange && <ChangeSwitch place={place} />}
      </div>
    </li>
  );
}

function ChangeSwitch({ place }: { place: VenueSwitch }) {
  const [asking, setAsking] = useState(false);
  const change = useSetSwitch();
  const where = place.exchange === null ? 'everywhere' : `on ${place.name}`;
  const turn = place.is_halted ? 'on' : 'off';
  const close = () => {
    change.reset();
    setAsking(false);
  };
  return (
    <>
      <Button
        size="small"
        aria-label={`Switch ${turn} trading ${where}`}
        onClick={() => {
          setAsking(true);
        }}
      >
        Switch {turn}
      </Button>
      {asking && (
        <ConfirmDialog
          title={`Switch trading ${where} ${turn}?`}
          confirmLabel={`Switch ${turn}`}
          {...(place.is_halted ? {} : { reasonHint: 'Every user reads it over each page.' })}
          dangerous={!place.is_halted}
          busy={change.isPending}
          problem={change.error ? toApiError(change.error).message : undefined}
          onClose={close}
          onConfirm={(reason) => {
            change.mutate(
              { exchange: place.exchange, is_halted: !place.is_halted, ...(reason ? { reason } : {}) },
              {
                onSuccess: () => {
                  toast.success(`Trading ${where} is switched ${turn}.`);
                  close();
                },
              },
            );
          }}
        >
          <p>
            {place.is_halted
              ? 'Bots of every user may buy there again.'
              : 'No bot of any user buys there until it is switched on again. What they hold stays watched, and exits go through.'}
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}
