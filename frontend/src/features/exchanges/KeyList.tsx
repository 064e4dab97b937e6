// The keys, with what the exchange said of each when it was last asked.
import { useState } from 'react';
import toast from 'react-hot-toast';
import { toApiError } from '../../api/errors';
import type { ApiKey, Exchange } from '../../api/types';
import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { FormProblem } from '../../components/Field';
import { Age } from '../../components/Figures';
import { Badge, Status } from '../../components/Status';
import { useDeleteKey, useTestKey } from './commands';
import { ConfirmKey } from './ConfirmKey';
import { KeyRights } from './KeyRights';
import { ReplaceKey } from './ReplaceKey';

interface KeyListProps {
  keys: readonly ApiKey[];
  exchanges: readonly Exchange[];
}

export function KeyList({ keys, exchanges }: KeyListProps) {
  return (
    <ul aria-label="Keys" className="divide-y divide-line">
      {keys.map((key) => (
        <li key={key.id} className="p-4">
          <OneKey apiKey={key} exchange={exchanges.find((one) => one.id === key.exchange)} />
        </li>
      ))}
    </ul>
  );
}

interface OneKeyProps {
  apiKey: ApiKey;
  exchange: Exchange | undefined;
}

function OneKey({ apiKey, exchange }: OneKeyProps) {
  const test = useTestKey();
  const [replacing, setReplacing] = useState(false);
  const [deleting, setDeleting] = useState(false);

  function runTest(): void {
    test.mutate(apiKey.id, {
      onSuccess: (tested) =>
        tested.status === 'valid'
          ? toast.success(`${apiKey.label} works.`)
          : toast.error(tested.problem ?? `${apiKey.label} is refused by the exchange.`),
      onError: (cause) => toast.error(toApiError(cause).message),
    });
  }

  return (
    <>
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <p className="flex flex-wrap items-center gap-2 font-medium">
            <span className="min-w-0 truncate">{apiKey.label}</span>
            {(apiKey.is_testnet || exchange?.is_sandbox) && <Badge>Play money</Badge>}
          </p>
          <p className="mt-0.5 text-sm text-ink-faint">
            {exchange?.name ?? apiKey.exchange} ·{' '}
            <span className="font-mono text-xs">{apiKey.masked_key}</span>
          </p>
        </div>
        <div className="flex gap-1">
          <Button size="small" busy={test.isPending} onClick={runTest}>
            Test
          </Button>
          {exchange && (
            <Button
              size="small"
              variant="plain"
              onClick={() => {
                setReplacing(true);
              }}
            >
              Replace
            </Button>
          )}
          <Button
            size="small"
            variant="plain"
            onClick={() => {
              setDeleting(true);
            }}
          >
            Delete
          </Button>
        </div>
      </div>
      <KeyState apiKey={apiKey} exchange={exchange} />
      {replacing && exchange && (
        <ReplaceKey
          apiKey={apiKey}
          exchange={exchange}
          onClose={() => {
            setReplacing(false);
          }}
        />
      )}
      {deleting && (
        <DeleteKey
          apiKey={apiKey}
          onClose={() => {
            setDeleting(false);
          }}
        />
      )}
    </>
  );
}

function KeyState({ apiKey, exchange }: OneKeyProps) {
  return (
    <>
      <div className="mt-3 flex flex-wrap items-center gap-x-5 gap-y-1 text-sm">
        <Status mark={apiKey.trades_live ? 'live' : apiKey.status === 'valid' ? 'idle' : 'attention'}>
          {apiKey.status === 'valid' ? 'Accepted' : 'Refused'} by the exchange,{' '}
          <Age at={apiKey.last_checked_at} />
        </Status>
        <KeyRights apiKey={apiKey} />
      </div>
      <KeyAges apiKey={apiKey} />
      {apiKey.problem && (
        <p role="status" className="mt-2 text-sm text-ink">
          {apiKey.problem}
        </p>
      )}
      {needsWord(apiKey) && <ConfirmKey apiKey={apiKey} exchange={exchange?.name ?? apiKey.exchange} />}
    </>
  );
}

/** How old it is, since it was replaced last, and when it was used. */
function KeyAges({ apiKey }: { apiKey: ApiKey }) {
  return (
    <p className="mt-2 text-xs text-ink-faint">
      {apiKey.rotated_at ? 'Replaced ' : 'Added '}
      <Age at={apiKey.rotated_at ?? apiKey.created_at} />
      {' · '}
      {apiKey.last_used_at ? (
        <>
          last used <Age at={apiKey.last_used_at} />
        </>
      ) : (
        'not used yet'
      )}
    </p>
  );
}

/** Whether nothing but the user's word keeps bots from trading with it. */
function needsWord({ status, permissions, confirmed_at }: ApiKey): boolean {
  return status === 'valid' && permissions.can_withdraw === null && confirmed_at === null;
}

function DeleteKey({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const remove = useDeleteKey();
  return (
    <Dialog title={`Delete “${apiKey.label}”?`} onClose={onClose}>
      <p className="text-sm text-ink-soft">
        The key and its secret are erased here. At the exchange it lives on: delete it there too when you do
        not need it any more.
      </p>
      <div className="mt-4">
        <FormProblem message={remove.error ? toApiError(remove.error).message : undefined} />
      </div>
      <div className="mt-4 flex justify-end gap-2">
        <Button variant="plain" onClick={onClose}>
          Cancel
        </Button>
        <Button
          variant="danger"
          busy={remove.isPending}
          onClick={() => {
            remove.mutate(apiKey.id, {
              onSuccess: () => {
                toast.success(`${apiKey.label} was deleted.`);
                onClose();
              },
            });
          }}
        >
          Delete key
        </Button>
      </div>
    </Dialog>
  );
}
