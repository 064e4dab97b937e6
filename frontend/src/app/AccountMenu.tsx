// Who is logged in, and the way out.
import { ArrowRightStartOnRectangleIcon } from '@heroicons/react/16/solid';
import { useNavigate } from 'react-router';
import { useAccount } from '../features/accounts/queries';
import { endSession } from '../features/accounts/session';

export function AccountMenu() {
  const { data: user } = useAccount();
  const navigate = useNavigate();
  return (
    <div className="flex h-12 items-center justify-between gap-2 border-t border-line pr-2 pl-4">
      <span className="min-w-0 truncate text-sm text-ink-soft" title={user?.email}>
        {user?.username}
      </span>
      <button
        type="button"
        aria-label="Log out"
        title="Log out"
        className="grid size-8 shrink-0 place-items-center rounded-md text-ink-faint transition-colors hover:bg-raised hover:text-ink"
        onClick={async () => {
          await navigate('/login');
          await endSession();
        }}
      >
        <ArrowRightStartOnRectangleIcon className="size-4" />
      </button>
    </div>
  );
}
