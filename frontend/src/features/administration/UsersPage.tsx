// Everybody's accounts: found by words, role and state.
import { Link } from 'react-router';
import { Choice } from '../../components/Choice';
import { EmptyState } from '../../components/EmptyState';
import { Age, Moment } from '../../components/Figures';
import { Input, Select } from '../../components/Input';
import { PageHeader } from '../../components/PageHeader';
import { Badge, Status } from '../../components/Status';
import type { Column } from '../../components/Table';
import { useSettled } from '../../components/useSettled';
import { ListCard } from './ListCard';
import { useUsers } from './queries';
import type { Role, UserRow } from './types';
import { given, useFilter } from './useFilter';
import { ROLE_WORDS } from './words';

const LIMIT = 50;

const STATES = [
  { value: 'all', title: 'All' },
  { value: 'true', title: 'Active' },
  { value: 'false', title: 'Deactivated' },
] as const;

const COLUMNS: readonly Column<UserRow>[] = [
  {
    name: 'email',
    title: 'Email',
    cell: (user) => (
      <Link
        to={`/admin/users/${user.id}`}
        className="block max-w-72 truncate font-medium hover:text-accent hover:underline"
      >
        {user.email}
      </Link>
    ),
  },
  { name: 'username', title: 'Username', cell: (user) => user.username },
  { name: 'role', title: 'Role', cell: (user) => <RoleBadge role={user.role} /> },
  { name: 'state', title: 'State', cell: (user) => <AccountState user={user} /> },
  {
    name: 'plan',
    title: 'Plan',
    cell: (user) => <span className="text-ink-soft">{user.subscription_plan}</span>,
  },
  {
    name: 'bots',
    title: 'Bots',
    definition: 'Bots that are running or paused, of all that are not deleted.',
    align: 'right',
    cell: (user) => (
      <span className="figure">
        {user.watched_bots} <span className="text-ink-faint">of {user.bots_count}</span>
      </span>
    ),
  },
  {
    name: 'seen',
    title: 'Last seen',
    definition: 'When a login last began or was renewed. An open page renews it every few minutes.',
    align: 'right',
    cell: (user) => (
      <span className="text-ink-soft">
        <Age at={user.last_seen_at} />
      </span>
    ),
  },
  {
    name: 'since',
    title: 'Registered',
    align: 'right',
    cell: (user) => (
      <span className="text-ink-soft">
        <Moment at={user.created_at} />
      </span>
    ),
  },
];

export function UsersPage() {
  const filter = useFilter();
  const words = useSettled(filter.get('search'));
  const state = STATES.find((one) => one.value === filter.get('is_active'))?.value ?? 'all';
  const users = useUsers({
    limit: LIMIT,
    offset: filter.offset,
    ...given({ search: words, role: filter.get('role'), is_active: state === 'all' ? '' : state }),
  });
  return (
    <>
      <PageHeader title="Users" />
      <ListCard
        label="Users"
        what="The users"
        query={users}
        columns={COLUMNS}
        rowKey={(user) => user.id}
        onMove={(to) => {
          filter.set({ offset: String(to) });
        }}
        empty={
          <EmptyState title="Nobody matches">Clear the word, or choose another role or state.</EmptyState>
        }
        filters={
          <Choice
            label="State"
            options={STATES}
            value={state}
            onChange={(chosen) => {
              filter.set({ is_active: chosen === 'all' ? '' : chosen });
            }}
          />
        }
        aside={
          <div className="flex w-full min-w-0 gap-2 sm:w-auto">
            <div className="w-36 shrink-0">
              <Select
                aria-label="Role"
                value={filter.get('role')}
                className="!h-7.5 !text-sm"
                onChange={(event) => {
                  filter.set({ role: event.target.value });
                }}
              >
                <option value="">Every role</option>
                {Object.entries(ROLE_WORDS).map(([role, title]) => (
                  <option key={role} value={role}>
                    {title}
                  </option>
                ))}
              </Select>
            </div>
            <Input
              type="search"
              aria-label="Find users"
              placeholder="Email or username"
              value={filter.get('search')}
              className="!h-7.5 max-w-52 !text-sm"
              onChange={(event) => {
                filter.set({ search: event.target.value });
              }}
            />
          </div>
        }
      />
    </>
  );
}

export function RoleBadge({ role }: { role: Role }) {
  if (role === 'user') return <span className="text-ink-soft">{ROLE_WORDS.user}</span>;
  return <Badge tone="accent">{ROLE_WORDS[role]}</Badge>;
}

export function AccountState({ user }: { user: Pick<UserRow, 'is_active' | 'deleted_at'> }) {
  if (user.deleted_at !== null) return <Status mark="idle">Deleted</Status>;
  return (
    <Status mark={user.is_active ? 'idle' : 'attention'}>{user.is_active ? 'Active' : 'Deactivated'}</Status>
  );
}
