// A login that ends while a page is open is taken up again on that page: nothing typed is lost.
import { useNavigate } from 'react-router';
import { Button } from '../components/Button';
import { Dialog } from '../components/Dialog';
import { LoginForm } from '../features/accounts/LoginForm';
import { endSession } from '../features/accounts/session';

export function SessionEndedDialog() {
  const navigate = useNavigate();
  return (
    <Dialog title="Your login has ended">
      <p className="mb-5 text-sm text-ink-soft">
        Log in again to go on right where you are. Your bots keep running.
      </p>
      <LoginForm />
      <Button
        variant="plain"
        size="small"
        className="mt-4"
        onClick={async () => {
          await navigate('/login');
          await endSession();
        }}
      >
        Leave this page instead
      </Button>
    </Dialog>
  );
}
