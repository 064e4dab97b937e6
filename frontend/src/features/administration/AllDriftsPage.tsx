// What ledger and exchanges disagree about, over all users; its owners settle it.
import { Choice } from '../../components/Choice';
import { EmptyState } from '../../components/EmptyState';
import { Age, Quantity } from '../../components/Figures';
import { PageHeader } from '../../components/PageHeader';
import { Badge } from '../../components/Status';
import type { Column } from '../../components/Table';
import { KIND_WORDS, STATE_WORDS } from '../reconciliation/words';
import { OwnerLink } from './AllBotsPage';
import { ListCard } from './ListCard';
import { useAllDrifts } from './queries';
import type { DriftWithOwner } from './types';
import { given, useFilter } from './useFilter';

const LIMIT = 50;

const WHICH = [
  { value: 'open', title: 'Open' },
  { value: 'all', title: 'All' },
] as const;

const COLUMNS: readonly Column<DriftWithOwner>[] = [
  { name: 'seen', title: 'First seen', cell: (drift) => <Age at={drift.first_seen_at} /> },
  {
    name: 'owner',
    title: 'Owner',
    cell: (drift) => <OwnerLink id={drift.user_id} email={drift.user_email} />,
  },
  {
    name: 'bot',
    title: 'Bot',
    cell: (drift) => <span className="block max-w-48 truncate">{drift.bot_name ?? ''}</span>,
  },
  {
    name: 'market',
    title: 'Market',
    cell: (drift) => (
      <>
        {drift.symbol} <span className="text-ink-faint">{drift.exchange}</span>
      </>
    ),
  },
  {
    name: 'state',
    title: 'State',
    cell: (drift) => (
      <Badge tone={drift.state === 'confirmed' ? 'attention' : 'plain'}>{STATE_WORDS[drift.state]}</Badge>
    ),
  },
  {
    name: 'what',
    title: 'What',
    cell: (drift) => (
      <span className="block max-w-lg min-w-64 py-1.5 text-xs whitespace-normal">
        <span className="font-medium">{KIND_WORDS[drift.kind]}</span>{' '}
        <span className="text-ink-soft">{drift.resolution ?? drift.explanation}</span>
      </span>
    ),
  },
  {
    name: 'ledger',
    title: 'Ledger',
    definition: 'What this platform has written down of its own orders and their fills.',
    align: 'right',
    cell: (drift) => <Quantity value={drift.ledger_value} />,
  },
  {
    name: 'exchange',
    title: 'Exchange',
    align: 'right',
    cell: (drift) => <Quantity value={drift.exchange_value} />,
  },
];

export function AllDriftsPage() {
  const filter = useFilter();
  const which = filter.get('which') === 'all' ? 'all' : 'open';
  const drifts = useAllDrifts({
    limit: LIMIT,
    offset: filter.offset,
    ...given({ state: which === 'open' ? which : '' }),
  });
  return (
    <>
      <PageHeader
        title="Differences of all users"
        below="What ledger and exchanges disagree about. A confirmed one pauses its bot, and its owner settles it."
      />
      <ListCard
        label="Differences of all users"
        what="The differences"
        query={drifts}
        columns={COLUMNS}
        rowKey={(drift) => drift.id}
        onMove={(to) => {
          filter.set({ offset: String(to) });
        }}
        empty={
          <EmptyState
            title={which === 'open' ? 'Ledger and exchanges agree' : 'There was no difference yet'}
          />
        }
        filters={
          <Choice
            label="Which differences"
            options={WHICH}
            value={which}
            onChange={(chosen) => {
              filter.set({ which: chosen === 'open' ? '' : chosen });
            }}
          />
        }
      />
    </>
  );
}
