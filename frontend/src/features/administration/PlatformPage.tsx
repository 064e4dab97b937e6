// The platform's own state: what waits, who works, and the switches over everybody's trading.
import type { ReactNode } from 'react';
import { Card } from '../../components/Card';
import { EmptyState } from '../../components/EmptyState';
import { ErrorState } from '../../components/ErrorState';
import { Age } from '../../components/Figures';
import { PageHeader } from '../../components/PageHeader';
import { Skeleton } from '../../components/Skeleton';
import { Stat, StatStrip } from '../../components/Stat';
import { Status } from '../../components/Status';
import { Table, type Column } from '../../components/Table';
import { useQueues, useVenueSwitches, useWorkers } from './queries';
import { SwitchRow } from './SwitchRow';
import type { Queues } from './types';

export function PlatformPage() {
  return (
    <>
      <PageHeader title="Queues & switches" />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <SwitchesCard />
        <div className="grid gap-4">
          <QueuesPart />
          <WorkersCard />
        </div>
      </div>
    </>
  );
}

function SwitchesCard() {
  const switches = useVenueSwitches();
  return (
    <Card title="Switches over everybody’s trading" flush>
      <p className="border-b border-line px-4 py-3 text-xs text-ink-faint">
        Switched off, no bot of anybody buys there. What bots hold stays watched, and stops, targets and sales
        go through.
      </p>
      {switches.data && (
        <ul aria-label="Switches" className="divide-y divide-line">
          {switches.data.map((one) => (
            <SwitchRow key={one.exchange ?? ''} place={one} />
          ))}
        </ul>
      )}
      <Waiting query={switches} what="The switches" />
    </Card>
  );
}

function QueuesPart() {
  const queues = useQueues();
  return (
    <>
      {queues.data && <WorkDone queues={queues.data} />}
      <Card title="Queues" flush>
        {queues.data && (
          <Table
            label="Queues"
            columns={QUEUE_COLUMNS}
            rows={queues.data.queues}
            rowKey={(queue) => queue.name}
            empty={null}
          />
        )}
        <Waiting query={queues} what="The queues" />
      </Card>
    </>
  );
}

function WorkDone({ queues }: { queues: Queues }) {
  const { outbox } = queues;
  return (
    <StatStrip columns="grid-cols-2">
      <Stat label="Last look at a bot" definition="When the engine last looked at any bot of anybody.">
        <Age at={queues.last_look_at} />
      </Stat>
      <Stat label="Tasks at work" definition="Tasks that a worker has taken and not finished.">
        <span className="figure">{queues.at_work}</span>
      </Stat>
      <Stat
        label="Events waiting"
        definition="Events of the outbox that nobody has been told yet; they wait for a second or so."
        note={outbox.oldest_at && <Age at={outbox.oldest_at} />}
      >
        <span className="figure">{outbox.waiting}</span>
      </Stat>
      <Stat
        label="Events given up"
        definition="Events that failed too often. Each needs a person; the log of the worker says why."
      >
        <span className={`figure ${outbox.given_up > 0 ? 'text-attention' : ''}`}>{outbox.given_up}</span>
      </Stat>
    </StatStrip>
  );
}

const QUEUE_COLUMNS: readonly Column<Queues['queues'][number]>[] = [
  { name: 'name', title: 'Queue', cell: (queue) => <span className="font-medium">{queue.name}</span> },
  {
    name: 'waiting',
    title: 'Waiting',
    definition: 'Tasks that no worker has taken yet.',
    align: 'right',
    cell: (queue) => <span className="figure">{queue.waiting}</span>,
  },
];

function WorkersCard() {
  const workers = useWorkers();
  return (
    <Card title="Workers" flush>
      {workers.data?.length === 0 && (
        <EmptyState title="No worker answers">
          Nothing is done until one runs: no bot is looked at, and no order is sent.
        </EmptyState>
      )}
      {workers.data && workers.data.length > 0 && (
        <ul aria-label="Workers" className="divide-y divide-line">
          {workers.data.map(({ name, queues }) => (
            <li
              key={`${name} ${queues.join(' ')}`}
              className="flex items-center justify-between gap-4 px-4 py-2 text-sm"
            >
              <span className="min-w-0">
                <span className="font-medium">{queues.join(', ')}</span>{' '}
                <span className="font-mono text-xs text-ink-faint">{name}</span>
              </span>
              <Status mark="live">Answers</Status>
            </li>
          ))}
        </ul>
      )}
      <Waiting query={workers} what="The workers" />
    </Card>
  );
}

interface WaitingProps {
  query: { data: unknown; isError: boolean; error: unknown; isFetching: boolean; refetch: () => unknown };
  what: string;
}

/** What stands in place of something that is not there yet, or could not be had. */
function Waiting({ query, what }: WaitingProps): ReactNode {
  if (query.data !== undefined) return null;
  if (!query.isError) return <Skeleton className="m-4 h-16" />;
  return (
    <ErrorState
      title={`${what} could not be loaded`}
      cause={query.error}
      onRetry={() => void query.refetch()}
      retrying={query.isFetching}
    />
  );
}
