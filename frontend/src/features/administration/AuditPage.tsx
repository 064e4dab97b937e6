// Everybody's audit log: by user, kind of action and time, and as a file.
import { ArrowDownTrayIcon } from '@heroicons/react/16/solid';
import { useState } from 'react';
import toast from 'react-hot-toast';
import { toApiError } from '../../api/errors';
import { Button } from '../../components/Button';
import { EmptyState } from '../../components/EmptyState';
import { Moment } from '../../components/Figures';
import { Input, Select } from '../../components/Input';
import { PageHeader } from '../../components/PageHeader';
import type { Column } from '../../components/Table';
import { actionWords, actorWords, changeWords } from '../security/auditWords';
import { OwnerLink } from './AllBotsPage';
import { ListCard } from './ListCard';
import { useWholeAuditLog } from './queries';
import { saveAuditLog } from './saveAuditLog';
import type { AuditLine } from './types';
import { given, useFilter } from './useFilter';
import { dayAsMoment, endOfDay } from './words';

const LIMIT = 50;

const KINDS = [
  { value: '', title: 'Everything' },
  { value: 'admin.', title: 'Administration' },
  { value: 'login.', title: 'Logins' },
  { value: 'users.', title: 'Profiles' },
  { value: 'access_tokens.', title: 'Access tokens' },
  { value: 'api_keys.', title: 'Exchange keys' },
  { value: 'trading_bots.', title: 'Bots' },
  { value: 'trading_', title: 'Bots, limits and switches' },
] as const;

const COLUMNS: readonly Column<AuditLine>[] = [
  { name: 'time', title: 'Time', cell: (line) => <Moment at={line.created_at} /> },
  {
    name: 'user',
    title: 'User',
    definition: 'In whose log it stands. What an administrator did to somebody stands in both.',
    cell: (line) => <OwnerLink id={line.user_id} email={line.user_email} />,
  },
  {
    name: 'action',
    title: 'What',
    cell: (line) => <span className="font-medium">{actionWords(line.action)}</span>,
  },
  {
    name: 'changes',
    title: 'From what to what',
    cell: (line) => (
      <span title={changeWords(line)} className="block max-w-72 truncate text-ink-soft">
        {changeWords(line)}
      </span>
    ),
  },
  {
    name: 'by',
    title: 'By',
    cell: (line) => <span className="text-ink-soft">{actorWords(line.actor)}</span>,
  },
  {
    name: 'from',
    title: 'From',
    cell: (line) => <span className="font-mono text-xs text-ink-faint">{line.ip_address ?? ''}</span>,
  },
  {
    name: 'subject',
    title: 'Subject',
    definition: 'The id of what was changed.',
    cell: (line) => (
      <span
        className="block max-w-40 truncate font-mono text-xs text-ink-faint select-all"
        title={line.subject_id ?? undefined}
      >
        {line.subject_id ?? ''}
      </span>
    ),
  },
];

export function AuditPage() {
  const filter = useFilter();
  const narrowed = given({
    user_id: filter.get('user_id'),
    action: filter.get('action'),
    since: dayAsMoment(filter.get('since')),
    until: endOfDay(filter.get('until')),
  });
  const log = useWholeAuditLog({ limit: LIMIT, offset: filter.offset, ...narrowed });
  return (
    <>
      <PageHeader title="Audit log of all users" actions={<Export filter={narrowed} />} />
      <ListCard
        label="Audit log of all users"
        what="The audit log"
        query={log}
        columns={COLUMNS}
        rowKey={(line) => line.id}
        onMove={(to) => {
          filter.set({ offset: String(to) });
        }}
        empty={<EmptyState title="Nothing matches">Choose a longer time, or everything.</EmptyState>}
        filters={
          <div className="flex flex-wrap items-center gap-2">
            <div className="w-52">
              <Select
                aria-label="What"
                value={filter.get('action')}
                className="!h-7.5 !text-sm !font-normal"
                onChange={(event) => {
                  filter.set({ action: event.target.value });
                }}
              >
                {KINDS.map(({ value, title }) => (
                  <option key={value} value={value}>
                    {title}
                  </option>
                ))}
              </Select>
            </div>
            <DayInput name="since" label="From" />
            <DayInput name="until" label="To" />
          </div>
        }
        aside={
          filter.get('user_id') !== '' && (
            <Button
              size="small"
              onClick={() => {
                filter.set({ user_id: '' });
              }}
            >
              Show all users
            </Button>
          )
        }
      />
    </>
  );
}

function DayInput({ name, label }: { name: 'since' | 'until'; label: string }) {
  const filter = useFilter();
  return (
    <label className="flex items-center gap-1.5 text-xs font-normal text-ink-faint">
      {label}
      <Input
        type="date"
        title="Days in UTC"
        value={filter.get(name)}
        className="!h-7.5 !w-36 !text-sm"
        onChange={(event) => {
          filter.set({ [name]: event.target.value });
        }}
      />
    </label>
  );
}

function Export({ filter }: { filter: Record<string, string> }) {
  const [busy, setBusy] = useState(false);
  return (
    <Button
      busy={busy}
      icon={<ArrowDownTrayIcon className="size-4" />}
      onClick={async () => {
        setBusy(true);
        try {
          await saveAuditLog(filter);
        } catch (cause) {
          toast.error(toApiError(cause).message);
        } finally {
          setBusy(false);
        }
      }}
    >
      Export CSV
    </Button>
  );
}
