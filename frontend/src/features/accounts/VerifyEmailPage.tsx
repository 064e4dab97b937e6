// Follows the link of a letter that verifies an address. A button has to be pressed: mail programs open links too.
import { Link } from 'react-router';
import { toApiError } from '../../api/errors';
import { Button } from '../../components/Button';
import { FormProblem } from '../../components/Field';
import { useVerifyEmail } from './commands';
import { GuestFrame } from './GuestFrame';
import { useLinkToken } from './linkToken';
import { useSession } from './session';

export function VerifyEmailPage() {
  const token = useLinkToken();
  const verify = useVerifyEmail();
  const signedIn = useSession((session) => session.status === 'signed-in');
  return (
    <GuestFrame
      title="Verify your address"
      below={
        <Link to={signedIn ? '/profile' : '/login'} className="text-accent underline underline-offset-4">
          {signedIn ? 'To your profile' : 'Log in'}
        </Link>
      }
    >
      {verify.isSuccess && (
        <p role="status" className="text-sm text-ink-soft">
          <span className="font-medium break-all text-ink">{verify.data.email}</span> is verified. You can
          connect exchanges now.
        </p>
      )}
      {!verify.isSuccess && !token && (
        <p className="text-sm text-ink-soft">
          Open this page by the link in our letter. Your profile sends another one.
        </p>
      )}
      {!verify.isSuccess && token && (
        <div className="space-y-5">
          <p className="text-sm text-ink-soft">One press, and we know that this address is yours.</p>
          <FormProblem message={verify.error ? toApiError(verify.error).message : undefined} />
          <Button
            variant="primary"
            className="w-full"
            busy={verify.isPending}
            onClick={() => {
              verify.mutate(token);
            }}
          >
            Verify my address
          </Button>
        </div>
      )}
    </GuestFrame>
  );
}
