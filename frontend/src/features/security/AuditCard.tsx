// What was done in one's name, newest first.
import { useState } from 'react';
import type { AuditEntry } from '../../api/types';
import { Card } from '../../components/Card';
import { EmptyState } from '../../components/EmptyState';
import { ErrorState } from '../../components/ErrorState';
import { Moment } from '../../components/Figures';
import { Pagination } from '../../components/Pagination';
import { Table, type Column } from '../../components/Table';
import { actionWords, actorWords, changeWords } from './auditWords';
import { useAuditLog } from './queries';

const ROWS = 10;

const COLUMNS: readonly Column<AuditEntry>[] = [
  { name: 'time', title: 'Time', cell: (entry) => <Moment at={entry.created_at} /> },
  {
    name: 'action',
    title: 'What',
    cell: (entry) => <span className="font-medium">{actionWords(entry.action)}</span>,
  },
  {
    name: 'changes',
    title: 'From what to what',
    cell: (entry) => {
      const words = changeWords(entry);
      return (
        <span title={words} className="block max-w-80 truncate text-ink-soft">
          {words}
        </span>
      );
    },
  },
  {
    name: 'by',
    title: 'By',
    definition: 'A login with your password, one of your access tokens, or somebody who runs the platform.',
    cell: (entry) => <span className="text-ink-soft">{actorWords(entry.actor)}</span>,
  },
  {
    name: 'from',
    title: 'From',
    cell: (entry) => <span className="font-mono text-xs text-ink-faint">{entry.ip_address ?? ''}</span>,
  },
];

export function AuditCard() {
  const [offset, setOffset] = useState(0);
  const log = useAuditLog(ROWS, offset);
  return (
    <Card title="What was done in your name" flush>
      {log.isError && !log.data ? (
        <ErrorState
          title="The log could not be loaded"
          cause={log.error}
          onRetry={() => void log.refetch()}
          retrying={log.isFetching}
        />
      ) : (
        <>
          <Table
            label="Audit log"
            columns={COLUMNS}
            rows={log.data?.items}
            rowKey={(entry) => entry.id}
            expected={3}
            empty={
              <EmptyState title="Nothing yet">
                Every change to your account, bots and keys is noted here.
              </EmptyState>
            }
          />
          <Pagination page={log.data} onMove={setOffset} />
        </>
      )}
    </Card>
  );
}
