// Access tokens for scripts: which there are, and ending them.
import { useState } from 'react';
import toast from 'react-hot-toast';
import { toApiError } from '../../api/errors';
import type { AccessToken } from '../../api/types';
import { Button } from '../../components/Button';
import { Card } from '../../components/Card';
import { EmptyState } from '../../components/EmptyState';
import { ErrorState } from '../../components/ErrorState';
import { Age, Moment } from '../../components/Figures';
import { Skeleton } from '../../components/Skeleton';
import { NewTokenDialog } from './NewTokenDialog';
import { useAccessTokens, useRevokeToken } from './queries';

export function TokensCard() {
  const tokens = useAccessTokens();
  const [making, setMaking] = useState(false);
  return (
    <Card
      title="Access tokens"
      flush
      aside={
        <Button
          size="small"
          onClick={() => {
            setMaking(true);
          }}
        >
          New token
        </Button>
      }
    >
      {tokens.isError && !tokens.data && (
        <ErrorState
          title="Your tokens could not be loaded"
          cause={tokens.error}
          onRetry={() => void tokens.refetch()}
          retrying={tokens.isFetching}
        />
      )}
      {tokens.isPending && <Skeleton className="m-4 h-12" />}
      {tokens.data?.length === 0 && (
        <EmptyState title="No tokens">
          A script speaks to the API with one, and may do only what you choose.
        </EmptyState>
      )}
      {tokens.data && tokens.data.length > 0 && (
        <ul aria-label="Access tokens" className="divide-y divide-line">
          {tokens.data.map((token) => (
            <li key={token.id} className="flex flex-wrap items-start justify-between gap-3 p-4">
              <TokenWords token={token} />
              <Revoke token={token} />
            </li>
          ))}
        </ul>
      )}
      {making && (
        <NewTokenDialog
          onClose={() => {
            setMaking(false);
          }}
        />
      )}
    </Card>
  );
}

function TokenWords({ token }: { token: AccessToken }) {
  return (
    <div className="min-w-0 flex-1 text-sm">
      <p className="flex flex-wrap items-baseline gap-x-2 font-medium">
        <span className="min-w-0 truncate">{token.name}</span>
        <span className="font-mono text-xs text-ink-faint">{token.prefix}…</span>
      </p>
      <p className="mt-0.5 font-mono text-xs text-ink-soft">{token.scopes.join('  ')}</p>
      <p className="mt-1 text-xs text-ink-faint">
        {token.last_used_at ? (
          <>
            used <Age at={token.last_used_at} />
          </>
        ) : (
          'never used'
        )}
        {' · '}
        {token.expires_at ? (
          <>
            ends <Moment at={token.expires_at} />
          </>
        ) : (
          'does not end by itself'
        )}
      </p>
    </div>
  );
}

function Revoke({ token }: { token: AccessToken }) {
  const revoke = useRevokeToken();
  return (
    <Button
      size="small"
      variant="plain"
      busy={revoke.isPending}
      aria-label={`Revoke ${token.name}`}
      onClick={() => {
        revoke.mutate(token.id, {
          onSuccess: () => toast.success(`${token.name} is revoked.`),
          onError: (cause) => toast.error(toApiError(cause).message),
        });
      }}
    >
      Revoke
    </Button>
  );
}
