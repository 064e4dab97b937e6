// Who is logged in: what the shell and the socket need to know of it. The account itself is server state.
import { create } from 'zustand';
import { setAccessToken } from '../../api/accessToken';
import { api, onLoginLost, renewLogin } from '../../api/client';
import { toApiError } from '../../api/errors';
import { queryClient } from '../../api/queryClient';
import { queryKeys } from '../../api/queryKeys';
import type { Login } from '../../api/types';

type SessionStatus =
  | 'restoring'
  | 'unreachable'
  | 'signed-out'
  | 'signed-in'
  /** The login ended while a page was open: what is on it stays. */
  | 'ended';

interface Session {
  status: SessionStatus;
  userId: string | null;
}

export const useSession = create<Session>(() => ({ status: 'restoring', userId: null }));

// Not a secret: only whether it is worth asking for a renewal when the page opens.
const HINT = 'tradefleet.logged-in';
// How a login provider leads back here.
const LOGGED_IN = '#logged-in';

onLoginLost(() => {
  forgetHint();
  if (useSession.getState().status === 'signed-in') useSession.setState({ status: 'ended' });
});

/** Takes up the login of the refresh cookie when the page opens. */
export async function restoreSession(): Promise<void> {
  if (!hasHint() && window.location.hash !== LOGGED_IN) {
    useSession.setState({ status: 'signed-out' });
    return;
  }
  try {
    beginSession(await renewLogin());
  } catch (cause) {
    const refused = toApiError(cause).status === 401;
    if (refused) forgetHint();
    useSession.setState({ status: refused ? 'signed-out' : 'unreachable' });
  }
}

/** Goes on with a login that was just made or renewed. */
export function beginSession(login: Login): void {
  const { status, userId } = useSession.getState();
  if (userId && userId !== login.user.id) queryClient.clear();
  setAccessToken(login.access_token);
  queryClient.setQueryData(queryKeys.me, login.user);
  rememberHint();
  useSession.setState({ status: 'signed-in', userId: login.user.id });
  // What failed while the login was over is asked for again.
  if (status === 'ended') void queryClient.invalidateQueries();
}

/** Logs out here and at the server; logging out works even when the server cannot be reached. */
export async function endSession(): Promise<void> {
  try {
    await api.post('/auth/logout');
  } catch {
    // The refresh cookie then ends by itself within a week.
  }
  forgetSession();
}

/** Forgets the login here, where the server has ended it already. */
export function forgetSession(): void {
  forgetHint();
  setAccessToken(null);
  useSession.setState({ status: 'signed-out', userId: null });
  queryClient.clear();
}

function hasHint(): boolean {
  try {
    return localStorage.getItem(HINT) !== null;
  } catch {
    return true;
  }
}

function rememberHint(): void {
  try {
    localStorage.setItem(HINT, 'yes');
  } catch {
    // Without storage every visit begins with the question.
  }
}

function forgetHint(): void {
  try {
    localStorage.removeItem(HINT);
  } catch {
    // As above.
  }
}
