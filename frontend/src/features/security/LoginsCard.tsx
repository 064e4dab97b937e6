// Where one is logged in, and ending it elsewhere.
import toast from 'react-hot-toast';
import { toApiError } from '../../api/errors';
import type { LoginDevice } from '../../api/types';
import { Button } from '../../components/Button';
import { Card } from '../../components/Card';
import { ErrorState } from '../../components/ErrorState';
import { Age } from '../../components/Figures';
import { Skeleton } from '../../components/Skeleton';
import { Badge } from '../../components/Status';
import { useEndLogins, useLogins } from './queries';

export function LoginsCard() {
  const logins = useLogins();
  const end = useEndLogins();
  const others = logins.data?.filter((login) => !login.is_current) ?? [];

  function finish(id: string | undefined, said: string): void {
    end.mutate(id, {
      onSuccess: () => toast.success(said),
      onError: (cause) => toast.error(toApiError(cause).message),
    });
  }

  return (
    <Card
      title="Where you are logged in"
      flush
      aside={
        others.length > 1 && (
          <Button
            size="small"
            busy={end.isPending && end.variables === undefined}
            onClick={() => {
              finish(undefined, 'Every other login has ended.');
            }}
          >
            Log out everywhere else
          </Button>
        )
      }
    >
      {logins.isError && !logins.data && (
        <ErrorState
          title="Your logins could not be loaded"
          cause={logins.error}
          onRetry={() => void logins.refetch()}
          retrying={logins.isFetching}
        />
      )}
      {logins.isPending && <Skeleton className="m-4 h-12" />}
      {logins.data && (
        <ul aria-label="Logins" className="max-h-96 divide-y divide-line overflow-y-auto">
          {logins.data.map((login) => (
            <li key={login.id} className="flex flex-wrap items-center justify-between gap-3 p-4">
              <LoginWords login={login} />
              {!login.is_current && (
                <Button
                  size="small"
                  variant="plain"
                  busy={end.isPending && end.variables === login.id}
                  onClick={() => {
                    finish(login.id, `${login.device} is logged out.`);
                  }}
                >
                  Log out
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function LoginWords({ login }: { login: LoginDevice }) {
  return (
    <div className="min-w-0 text-sm">
      <p className="flex flex-wrap items-center gap-2 font-medium">
        {login.device}
        {login.is_current && <Badge>This one</Badge>}
      </p>
      <p className="mt-0.5 text-ink-faint">
        {login.ip_address ?? 'Address unknown'} · last seen <Age at={login.last_seen_at} />
      </p>
    </div>
  );
}
