// The second factor: whether it is on, how many recovery codes are left, and what changes that.
import { useState } from 'react';
import toast from 'react-hot-toast';
import type { SecondFactor } from '../../api/types';
import { Button } from '../../components/Button';
import { Card } from '../../components/Card';
import { Dialog } from '../../components/Dialog';
import { ErrorState } from '../../components/ErrorState';
import { Moment } from '../../components/Figures';
import { Skeleton } from '../../components/Skeleton';
import { Status } from '../../components/Status';
import { EnrolDialog } from './EnrolDialog';
import { ProofForm } from './ProofForm';
import { useDisableFactor, useRenewCodes, useSecondFactorState } from './queries';
import { RecoveryCodesText } from './RecoveryCodesText';

const FEW_CODES = 3;

type Asked = 'enrol' | 'disable' | 'renew';

export function SecondFactorCard() {
  const state = useSecondFactorState();
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = (): void => {
    setAsked(null);
  };
  return (
    <Card title="Second factor">
      {state.isError && !state.data && (
        <ErrorState
          title="The second factor could not be loaded"
          cause={state.error}
          onRetry={() => void state.refetch()}
          retrying={state.isFetching}
        />
      )}
      {state.isPending && <Skeleton className="h-16" />}
      {state.data &&
        (state.data.enabled ? <On state={state.data} onAsk={setAsked} /> : <Off onAsk={setAsked} />)}
      {asked === 'enrol' && <EnrolDialog onClose={close} />}
      {asked === 'disable' && <DisableDialog onClose={close} />}
      {asked === 'renew' && <RenewDialog onClose={close} />}
    </Card>
  );
}

interface FactorProps {
  onAsk: (what: Asked) => void;
}

function Off({ onAsk }: FactorProps) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p className="max-w-sm text-sm text-ink-soft">
        Off. With a code of an authenticator app besides your password, a stolen password alone opens nothing.
      </p>
      <Button
        variant="primary"
        onClick={() => {
          onAsk('enrol');
        }}
      >
        Set it up
      </Button>
    </div>
  );
}

function On({ state, onAsk }: FactorProps & { state: SecondFactor }) {
  const left = state.recovery_codes_left;
  return (
    <div className="space-y-3 text-sm">
      <Status mark="live">
        On
        {state.since && (
          <>
            {' '}
            since <Moment at={state.since} />
          </>
        )}
      </Status>
      <p className={left <= FEW_CODES ? 'text-attention' : 'text-ink-soft'}>
        {left === 1 ? '1 recovery code is' : `${left} recovery codes are`} left.
        {left <= FEW_CODES && ' Make new ones before the last is gone.'}
      </p>
      <div className="flex flex-wrap gap-2">
        <Button
          onClick={() => {
            onAsk('renew');
          }}
        >
          New recovery codes
        </Button>
        <Button
          variant="plain"
          onClick={() => {
            onAsk('disable');
          }}
        >
          Turn it off
        </Button>
      </div>
    </div>
  );
}

function DisableDialog({ onClose }: { onClose: () => void }) {
  const disable = useDisableFactor();
  return (
    <Dialog title="Turn the second factor off?" onClose={onClose}>
      <p className="mb-5 text-sm text-ink-soft">
        Your password alone logs in then. Frozen keys could only be waited for.
      </p>
      <ProofForm
        words="Turn it off"
        danger
        onClose={onClose}
        onProof={async (proof) => {
          await disable.mutateAsync(proof);
          toast.success('The second factor is off.');
          onClose();
        }}
      />
    </Dialog>
  );
}

function RenewDialog({ onClose }: { onClose: () => void }) {
  const renew = useRenewCodes();
  if (renew.data) {
    return (
      <Dialog title="New recovery codes">
        <RecoveryCodesText codes={renew.data.codes} onClose={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog title="New recovery codes?" onClose={onClose}>
      <p className="mb-5 text-sm text-ink-soft">The old ones end at once.</p>
      <ProofForm
        words="Make new codes"
        onClose={onClose}
        onProof={async (proof) => {
          await renew.mutateAsync(proof);
        }}
      />
    </Dialog>
  );
}
