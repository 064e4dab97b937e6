// Logging in at its own address.
import { Navigate } from 'react-router';
import { OpeningPage } from '../../app/OpeningPage';
import { LoginHere } from './LoginHere';
import { useSession } from './session';

export function LoginPage() {
  const status = useSession((session) => session.status);
  if (status === 'restoring') return <OpeningPage />;
  if (status === 'signed-in') return <Navigate to="/" replace />;
  return <LoginHere />;
}
