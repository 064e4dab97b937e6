// What came in for a bot, and what came of it.
import type { ReactNode } from 'react';
import type { IncomingSignal } from '../../api/types';
import { Moment } from '../../components/Figures';
import { Badge } from '../../components/Status';
import { Table, type Column } from '../../components/Table';
import { Side } from '../engine/Side';

const STATES = {
  received: { words: 'Being acted on', tone: 'plain' },
  acted: { words: 'Acted', tone: 'accent' },
  ignored: { words: 'Passed over', tone: 'plain' },
  refused: { words: 'Refused', tone: 'attention' },
} as const;

const COLUMNS: readonly Column<IncomingSignal>[] = [
  { name: 'received', title: 'Received', cell: (signal) => <Moment at={signal.received_at} /> },
  { name: 'action', title: 'Signal', cell: (signal) => <Side side={signal.action} /> },
  {
    name: 'state',
    title: 'State',
    cell: ({ state }) => <Badge tone={STATES[state].tone}>{STATES[state].words}</Badge>,
  },
  {
    name: 'outcome',
    title: 'What came of it',
    cell: (signal) => (
      <span className="block max-w-xl min-w-64 py-1.5 whitespace-normal text-ink-soft">{signal.outcome}</span>
    ),
  },
  {
    name: 'note',
    title: 'Note',
    definition: 'What the sender wrote along.',
    cell: (signal) => (
      <span className="block max-w-64 truncate text-ink-faint" title={signal.note ?? undefined}>
        {signal.note}
      </span>
    ),
  },
];

interface SignalsTableProps {
  signals: readonly IncomingSignal[] | undefined;
  empty: ReactNode;
}

export function SignalsTable({ signals, empty }: SignalsTableProps) {
  return (
    <Table
      label="Signals"
      columns={COLUMNS}
      rows={signals}
      rowKey={(signal) => signal.id}
      empty={empty}
      expected={4}
    />
  );
}
