// What an administrator does to somebody's account: another role, deactivating, activating again.
import { useState } from 'react';
import toast from 'react-hot-toast';
import { toApiError } from '../../api/errors';
import { Button } from '../../components/Button';
import { Field } from '../../components/Field';
import { Select } from '../../components/Input';
import { useAccount } from '../accounts/queries';
import { useChangeUser } from './commands';
import { ConfirmDialog } from './ConfirmDialog';
import type { Role, UserDetails } from './types';
import { ROLE_MEANINGS, ROLE_WORDS } from './words';

type Question = 'role' | 'activity';

export function UserActions({ user }: { user: UserDetails }) {
  const [question, setQuestion] = useState<Question | null>(null);
  const { data: account } = useAccount();
  if (account?.id === user.id) return <p className="text-sm text-ink-faint">This is your own account.</p>;
  const close = () => {
    setQuestion(null);
  };
  return (
    <>
      <Button
        onClick={() => {
          setQuestion('role');
        }}
      >
        Change role
      </Button>
      <Button
        variant={user.is_active ? 'danger' : 'primary'}
        onClick={() => {
          setQuestion('activity');
        }}
      >
        {user.is_active ? 'Deactivate' : 'Activate'}
      </Button>
      {question === 'role' && <ChangeRole user={user} onClose={close} />}
      {question === 'activity' && <ChangeActivity user={user} onClose={close} />}
    </>
  );
}

interface AskProps {
  user: UserDetails;
  onClose: () => void;
}

function ChangeActivity({ user, onClose }: AskProps) {
  const change = useChangeUser(user.id);
  return (
    <ConfirmDialog
      title={user.is_active ? 'Deactivate this account?' : 'Activate this account?'}
      confirmLabel={user.is_active ? 'Deactivate' : 'Activate'}
      dangerous={user.is_active}
      busy={change.isPending}
      problem={change.error ? toApiError(change.error).message : undefined}
      onClose={onClose}
      onConfirm={() => {
        change.mutate(
          { is_active: !user.is_active },
          {
            onSuccess: () => {
              toast.success(`${user.email} is ${user.is_active ? 'deactivated' : 'active again'}.`);
              onClose();
            },
          },
        );
      }}
    >
      {user.is_active ? (
        <ul className="list-disc space-y-1 pl-5 marker:text-ink-faint">
          <li>Every login of {user.email} ends now, and nobody can log in.</li>
          <li>Access tokens are refused.</li>
          <li>Running bots are paused: they buy nothing, and what they hold stays watched.</li>
        </ul>
      ) : (
        <p>{user.email} can log in again. Their bots stay paused until they resume them.</p>
      )}
    </ConfirmDialog>
  );
}

function ChangeRole({ user, onClose }: AskProps) {
  const change = useChangeUser(user.id);
  const [role, setRole] = useState<Role>(user.role);
  return (
    <ConfirmDialog
      title={`The role of ${user.email}`}
      confirmLabel="Change role"
      dangerous={role === 'admin'}
      busy={change.isPending}
      problem={change.error ? toApiError(change.error).message : undefined}
      onClose={onClose}
      onConfirm={() => {
        change.mutate(
          { role },
          {
            onSuccess: () => {
              toast.success(`${user.email}: ${ROLE_WORDS[role]}.`);
              onClose();
            },
          },
        );
      }}
    >
      <Field label="Role" hint={ROLE_MEANINGS[role]}>
        {(input) => (
          <Select
            {...input}
            value={role}
            onChange={(event) => {
              setRole(event.target.value as Role);
            }}
          >
            {Object.entries(ROLE_WORDS).map(([value, title]) => (
              <option key={value} value={value}>
                {title}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </ConfirmDialog>
  );
}
