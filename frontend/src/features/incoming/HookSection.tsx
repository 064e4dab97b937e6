// The bot's address for signals: whether there is one, making one, and the one time that it is shown.
import { ExclamationTriangleIcon } from '@heroicons/react/16/solid';
import { useState } from 'react';
import { toApiError } from '../../api/errors';
import type { NewSignalHook, SignalHook } from '../../api/types';
import { Button } from '../../components/Button';
import { CopyText } from '../../components/CopyText';
import { Dialog } from '../../components/Dialog';
import { ErrorState } from '../../components/ErrorState';
import { FormProblem } from '../../components/Field';
import { Age } from '../../components/Figures';
import { Skeleton } from '../../components/Skeleton';
import { useMakeHook, useSignalHook } from './queries';

export function HookSection({ botId }: { botId: string }) {
  const hook = useSignalHook(botId);
  const make = useMakeHook(botId);
  const [asking, setAsking] = useState(false);
  if (hook.isError && !hook.data) {
    return (
      <ErrorState
        title="The address for signals could not be loaded"
        cause={hook.error}
        onRetry={() => void hook.refetch()}
        retrying={hook.isFetching}
      />
    );
  }
  if (!hook.data) return <Skeleton className="m-4 h-10" />;
  const problem = make.error ? toApiError(make.error).message : undefined;
  return (
    <div className="space-y-4 p-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <HookState hook={hook.data} />
        <Button
          busy={make.isPending}
          onClick={() => {
            if (hook.data.exists) setAsking(true);
            else make.mutate();
          }}
        >
          {hook.data.exists ? 'Make a new address' : 'Make an address'}
        </Button>
      </div>
      <FormProblem message={asking ? undefined : problem} />
      {make.data && <Shown hook={make.data} />}
      {asking && (
        <Dialog
          title="Make a new address?"
          onClose={() => {
            setAsking(false);
          }}
        >
          <p className="text-sm text-ink-soft">
            The old address and its secret stop working at once: whatever sends signals to it has to be given
            the new ones.
          </p>
          <div className="mt-4">
            <FormProblem message={problem} />
          </div>
          <div className="mt-4 flex justify-end gap-2">
            <Button
              variant="plain"
              onClick={() => {
                setAsking(false);
              }}
            >
              Cancel
            </Button>
            <Button
              variant="danger"
              busy={make.isPending}
              onClick={() => {
                make.mutate(undefined, {
                  onSuccess: () => {
                    setAsking(false);
                  },
                });
              }}
            >
              Make a new address
            </Button>
          </div>
        </Dialog>
      )}
    </div>
  );
}

function HookState({ hook }: { hook: SignalHook }) {
  return (
    <p className="text-sm text-ink-soft">
      {!hook.exists && 'The bot has no address for signals yet.'}
      {hook.exists && hook.last_received_at === null && 'The bot has an address; nothing came in there yet.'}
      {hook.exists && hook.last_received_at !== null && (
        <>
          The bot has an address; the last signal came <Age at={hook.last_received_at} />.
        </>
      )}
    </p>
  );
}

function Shown({ hook }: { hook: NewSignalHook }) {
  return (
    <section
      aria-label="The new address"
      className="space-y-4 rounded-md border border-accent bg-accent-soft p-4"
    >
      <p className="flex items-start gap-2 text-sm">
        <ExclamationTriangleIcon aria-hidden className="mt-0.5 size-4 shrink-0 text-accent" />
        Address and secret are shown this once. Copy them now: who has both can have this bot buy and sell.
      </p>
      <div className="grid gap-4 xl:grid-cols-2 [&>*]:min-w-0">
        <CopyText label="Address" text={hook.url} />
        <CopyText label="Secret" text={hook.secret} />
        <CopyText label="Message as JSON" text={hook.json_example} />
        <CopyText label="Message as text" text={hook.text_example} />
      </div>
      <p className="text-xs text-ink-soft">
        Send either message to the address by POST. In an alert of TradingView the words in double braces fill
        themselves in; elsewhere write buy or sell, and the time of the signal. A signal is taken within five
        minutes of its time, and each only once.
      </p>
    </section>
  );
}
