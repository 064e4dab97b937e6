// Says on every page that the address is not verified yet, and sends the letter again.
import { EnvelopeIcon } from '@heroicons/react/16/solid';
import toast from 'react-hot-toast';
import { useConfiguration } from '../../app/configuration';
import { toApiError } from '../../api/errors';
import { Button } from '../../components/Button';
import { useResendVerification } from './commands';
import { useAccount } from './queries';

export function VerifyBanner() {
  const account = useAccount().data;
  const sendsMail = useConfiguration().data?.sends_mail ?? false;
  if (!account || account.email_verified || !sendsMail) return null;
  return (
    <section
      aria-label="Your address is not verified"
      className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-line bg-surface px-4 py-2 text-sm md:px-6"
    >
      <p className="flex min-w-0 items-start gap-2">
        <EnvelopeIcon aria-hidden className="mt-0.5 size-4 shrink-0 text-accent" />
        <span>
          Verify <span className="font-medium break-all">{account.email}</span> with the link in our letter.
          Until then your bots trade on paper.
        </span>
      </p>
      <SendAgain />
    </section>
  );
}

/** Another letter; the link of the one before ends with it. */
export function SendAgain() {
  const resend = useResendVerification();
  return (
    <Button
      size="small"
      busy={resend.isPending}
      onClick={() => {
        resend.mutate(undefined, {
          onSuccess: () => toast.success('The letter is on its way. Only its link is good from now on.'),
          onError: (cause) => toast.error(toApiError(cause).message),
        });
      }}
    >
      Send it again
    </Button>
  );
}
