// Everybody's bots: by state and exchange, with their owners.
import { Link } from 'react-router';
import { Choice } from '../../components/Choice';
import { EmptyState } from '../../components/EmptyState';
import { Select } from '../../components/Input';
import { PageHeader } from '../../components/PageHeader';
import type { Column } from '../../components/Table';
import { useExchanges } from '../exchanges/queries';
import { botColumns } from './botColumns';
import { ListCard } from './ListCard';
import { useAllBots, useMayChange } from './queries';
import type { BotWithOwner } from './types';
import { given, useFilter } from './useFilter';

const LIMIT = 50;

const STATES = [
  { value: 'all', title: 'All' },
  { value: 'running', title: 'Running' },
  { value: 'paused', title: 'Paused' },
  { value: 'stopped', title: 'Stopped' },
  { value: 'error', title: 'Error' },
  { value: 'stopped_by_risk', title: 'Stopped by risk' },
] as const;

const OWNER: Column<BotWithOwner> = {
  name: 'owner',
  title: 'Owner',
  cell: (bot) => <OwnerLink id={bot.user_id} email={bot.user_email} />,
};

export function AllBotsPage() {
  const filter = useFilter();
  const exchanges = useExchanges().data ?? [];
  const mayChange = useMayChange();
  const state = STATES.find((one) => one.value === filter.get('status'))?.value ?? 'all';
  const bots = useAllBots({
    limit: LIMIT,
    offset: filter.offset,
    ...given({ status: state === 'all' ? '' : state, exchange: filter.get('exchange') }),
  });
  return (
    <>
      <PageHeader title="Bots of all users" />
      <ListCard
        label="Bots of all users"
        what="The bots"
        query={bots}
        columns={[OWNER, ...botColumns<BotWithOwner>(mayChange)]}
        rowKey={(bot) => bot.id}
        onMove={(to) => {
          filter.set({ offset: String(to) });
        }}
        empty={<EmptyState title="No bot matches">Choose another state or exchange above.</EmptyState>}
        filters={
          <Choice
            label="State"
            options={STATES}
            value={state}
            onChange={(chosen) => {
              filter.set({ status: chosen === 'all' ? '' : chosen });
            }}
          />
        }
        aside={
          <div className="w-40">
            <Select
              aria-label="Exchange"
              value={filter.get('exchange')}
              className="!h-7.5 !text-sm"
              onChange={(event) => {
                filter.set({ exchange: event.target.value });
              }}
            >
              <option value="">Every exchange</option>
              {exchanges.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          </div>
        }
      />
    </>
  );
}

export function OwnerLink({ id, email }: { id: string; email: string }) {
  return (
    <Link to={`/admin/users/${id}`} className="block max-w-56 truncate hover:text-accent hover:underline">
      {email}
    </Link>
  );
}
