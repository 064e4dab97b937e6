// Lets pages be seen by who is logged in. Everybody else logs in right here, so that the address stays.
import { lazy, Suspense, useEffect, useRef } from 'react';
import { ErrorState } from '../components/ErrorState';
import { restoreSession, useSession } from '../features/accounts/session';
import { ApiError } from '../api/errors';
import { OpeningPage } from './OpeningPage';
import { Shell } from './Shell';

// Forms are not part of the first load of somebody who is logged in.
const LoginHere = lazy(async () => ({ default: (await import('../features/accounts/LoginHere')).LoginHere }));
const SessionEndedDialog = lazy(async () => ({
  default: (await import('./SessionEndedDialog')).SessionEndedDialog,
}));

export function Protected() {
  const { status, userId } = useSession();
  if (status === 'restoring') return <OpeningPage />;
  if (status === 'unreachable') return <Unreachable />;
  if (status === 'signed-out') {
    return (
      <Suspense fallback={<OpeningPage />}>
        <LoginHere />
      </Suspense>
    );
  }
  return (
    <>
      {/* Another user's login begins with pages of its own. */}
      <Shell key={userId} />
      {status === 'ended' && (
        <Suspense>
          <SessionEndedDialog />
        </Suspense>
      )}
    </>
  );
}

const RETRY = 5000;

function Unreachable() {
  const timer = useRef<ReturnType<typeof setInterval>>(undefined);
  useEffect(() => {
    timer.current = setInterval(() => void restoreSession(), RETRY);
    return () => {
      clearInterval(timer.current);
    };
  }, []);
  return (
    <main className="grid min-h-dvh place-items-center">
      <ErrorState
        title="Tradefleet does not answer"
        cause={
          new ApiError(
            'The server cannot be reached just now. This page tries again every few seconds; your bots do not depend on it.',
            'UNREACHABLE',
            0,
          )
        }
        onRetry={() => void restoreSession()}
      />
    </main>
  );
}
