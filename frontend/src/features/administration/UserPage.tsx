// Somebody's account: what belongs to it, never what is in its keys, and what may be changed of it.
import { Link, useParams } from 'react-router';
import { Card } from '../../components/Card';
import { EmptyState } from '../../components/EmptyState';
import { ErrorState } from '../../components/ErrorState';
import { Age, Moment } from '../../components/Figures';
import { PageHeader } from '../../components/PageHeader';
import { Skeleton } from '../../components/Skeleton';
import { Stat, StatStrip } from '../../components/Stat';
import { Badge } from '../../components/Status';
import { Table, type Column } from '../../components/Table';
import { botColumns } from './botColumns';
import { useMayChange, useUser } from './queries';
import type { KeyOfUser, UserDetails } from './types';
import { UserActions } from './UserActions';
import { AccountState, RoleBadge } from './UsersPage';

export function UserPage() {
  const { userId = '' } = useParams();
  const user = useUser(userId);
  if (user.isError && !user.data) {
    return (
      <Card>
        <ErrorState
          title="The account could not be loaded"
          cause={user.error}
          onRetry={() => void user.refetch()}
          retrying={user.isFetching}
        />
      </Card>
    );
  }
  if (!user.data) return <Skeleton className="h-64 !rounded-lg" />;
  return <Account user={user.data} />;
}

function Account({ user }: { user: UserDetails }) {
  const mayChange = useMayChange();
  return (
    <>
      <PageHeader
        title={user.email}
        beside={
          <>
            <RoleBadge role={user.role} />
            <AccountState user={user} />
          </>
        }
        below={
          <>
            {user.username} · registered <Moment at={user.created_at} /> ·{' '}
            <Link
              to={`/admin/audit-log?user_id=${user.id}`}
              className="text-accent underline underline-offset-4"
            >
              audit log
            </Link>
          </>
        }
        actions={mayChange && user.deleted_at === null && <UserActions user={user} />}
      />
      <div className="grid gap-4">
        <Figures user={user} />
        {user.halted_because !== null && (
          <p className="rounded-md border border-attention bg-attention-soft px-3 py-2 text-sm">
            They have switched their own trading off: {user.halted_because}
          </p>
        )}
        <Card title="Bots" flush>
          <Table
            label="Bots"
            columns={botColumns(mayChange)}
            rows={user.bots}
            rowKey={(bot) => bot.id}
            empty={<EmptyState title="No bots" />}
          />
        </Card>
        <Card title="Exchange keys" flush>
          <Table
            label="Exchange keys"
            columns={KEY_COLUMNS}
            rows={user.api_keys}
            rowKey={(key) => key.id}
            empty={<EmptyState title="No exchange keys" />}
          />
        </Card>
      </div>
    </>
  );
}

function Figures({ user }: { user: UserDetails }) {
  return (
    <StatStrip columns="grid-cols-2 lg:grid-cols-6">
      <Stat label="Plan" definition="What the account pays for, and what bounds what it may do.">
        {user.subscription_plan}
      </Stat>
      <Stat label="Email" definition="Whether the address was proven to be theirs.">
        {user.email_verified ? 'Verified' : 'Not verified'}
      </Stat>
      <Stat label="Last seen" definition="When a login last began or was renewed.">
        <Age at={user.last_seen_at} />
      </Stat>
      <Stat label="Bots" definition="Bots that are running or paused, of all that are not deleted.">
        <span className="figure">
          {user.watched_bots} <span className="text-ink-faint">of {user.bots_count}</span>
        </span>
      </Stat>
      <Stat label="Logins" definition="Browsers in which the account is logged in.">
        <span className="figure">{user.logins_count}</span>
      </Stat>
      <Stat label="Access tokens" definition="Tokens for scripts that are neither revoked nor over.">
        <span className="figure">{user.access_tokens_count}</span>
      </Stat>
    </StatStrip>
  );
}

const KEY_COLUMNS: readonly Column<KeyOfUser>[] = [
  { name: 'label', title: 'Label', cell: (key) => <span className="font-medium">{key.label}</span> },
  {
    name: 'exchange',
    title: 'Exchange',
    cell: (key) => (
      <span className="inline-flex items-center gap-2">
        {key.exchange} {key.is_testnet && <Badge>Play money</Badge>}
      </span>
    ),
  },
  {
    name: 'status',
    title: 'State',
    cell: (key) => (
      <span title={key.problem ?? undefined}>
        <Badge tone={key.status === 'valid' ? 'plain' : 'attention'}>{key.status}</Badge>
      </span>
    ),
  },
  {
    name: 'rights',
    title: 'Rights',
    definition: 'What the exchange says the key may do. The key itself is never shown to anybody.',
    cell: (key) => <span className="text-ink-soft">{rightsOf(key)}</span>,
  },
  { name: 'live', title: 'Trades live', cell: (key) => (key.trades_live ? 'Yes' : 'No') },
];

function rightsOf({ permissions }: KeyOfUser): string {
  const withdrawal =
    permissions.can_withdraw === null
      ? 'withdrawal unknown'
      : permissions.can_withdraw
        ? 'can withdraw'
        : 'no withdrawal';
  return `${permissions.can_trade ? 'can trade' : 'no trading'}, ${withdrawal}`;
}
