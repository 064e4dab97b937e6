// Recovery codes, the one time that they are shown.
import { ExclamationTriangleIcon } from '@heroicons/react/16/solid';
import { Button } from '../../components/Button';
import { CopyText } from '../../components/CopyText';

export function RecoveryCodesText({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  return (
    <>
      <p className="flex items-start gap-2 text-sm">
        <ExclamationTriangleIcon aria-hidden className="mt-0.5 size-4 shrink-0 text-accent" />
        Each of these logs you in once when the authenticator is lost. They are shown this once: print them or
        keep them in a password manager, not on the telephone.
      </p>
      <div className="mt-4">
        <CopyText label="Recovery codes" text={codes.join('\n')} />
      </div>
      <div className="mt-4 flex justify-end">
        <Button onClick={onClose}>I have kept them</Button>
      </div>
    </>
  );
}
