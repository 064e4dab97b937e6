// Orders of everybody; first of all those of which nobody knows what became of them.
import { Choice } from '../../components/Choice';
import { EmptyState } from '../../components/EmptyState';
import { Age, Quantity } from '../../components/Figures';
import { PageHeader } from '../../components/PageHeader';
import { Badge } from '../../components/Status';
import type { Column } from '../../components/Table';
import { baseOf } from '../../formatting';
import { Side } from '../engine/Side';
import { ORDER_WORDS } from '../engine/words';
import { OwnerLink } from './AllBotsPage';
import { ListCard } from './ListCard';
import { useAllOrders } from './queries';
import type { OrderWithOwner } from './types';
import { given, useFilter } from './useFilter';

const LIMIT = 50;

const WHICH = [
  { value: 'review', title: 'In review' },
  { value: 'submitting', title: 'Being sent' },
  { value: 'rejected', title: 'Rejected' },
  { value: 'all', title: 'All' },
] as const;

const COLUMNS: readonly Column<OrderWithOwner>[] = [
  {
    name: 'age',
    title: 'Intended',
    cell: (order) => <Age at={order.intended_at} />,
  },
  {
    name: 'owner',
    title: 'Owner',
    cell: (order) => <OwnerLink id={order.user_id} email={order.user_email} />,
  },
  {
    name: 'bot',
    title: 'Bot',
    cell: (order) => <span className="block max-w-48 truncate">{order.bot_name}</span>,
  },
  {
    name: 'market',
    title: 'Market',
    cell: (order) => (
      <>
        {order.symbol} <span className="text-ink-faint">{order.exchange}</span>
      </>
    ),
  },
  { name: 'side', title: 'Side', cell: (order) => <Side side={order.side} /> },
  {
    name: 'quantity',
    title: 'Quantity',
    align: 'right',
    cell: (order) => <Quantity value={order.quantity} currency={baseOf(order.symbol)} />,
  },
  {
    name: 'status',
    title: 'State',
    cell: (order) => (
      <span className="inline-flex items-center gap-2">
        <Badge tone={order.status === 'review' || order.status === 'rejected' ? 'attention' : 'plain'}>
          {ORDER_WORDS[order.status]}
        </Badge>
        {order.error && (
          <span className="block max-w-md min-w-56 py-1.5 text-xs whitespace-normal text-ink-soft">
            {order.error}
          </span>
        )}
      </span>
    ),
  },
  {
    name: 'attempts',
    title: 'Attempts',
    align: 'right',
    cell: (order) => <span className="figure">{order.attempts}</span>,
  },
  {
    name: 'id',
    title: 'Client id',
    definition: 'The id under which the order was sent; the exchange is asked for it.',
    cell: (order) => (
      <span className="font-mono text-xs text-ink-faint select-all">{order.client_order_id}</span>
    ),
  },
];

export function AllOrdersPage() {
  const filter = useFilter();
  const which = WHICH.find((one) => one.value === filter.get('status'))?.value ?? 'review';
  const orders = useAllOrders({
    limit: LIMIT,
    offset: filter.offset,
    ...given({ status: which === 'all' ? '' : which }),
  });
  return (
    <>
      <PageHeader
        title="Orders of all users"
        below="An order is in review when nobody knows whether the exchange took it. The comparison with the exchange settles it: it finds the order, or is sure that it never arrived."
      />
      <ListCard
        label="Orders of all users"
        what="The orders"
        query={orders}
        columns={COLUMNS}
        rowKey={(order) => order.id}
        onMove={(to) => {
          filter.set({ offset: String(to) });
        }}
        empty={
          <EmptyState title={which === 'review' ? 'No order is in review' : 'No order is in this state'}>
            {which === 'review' ? 'Of every order it is known what became of it.' : null}
          </EmptyState>
        }
        filters={
          <Choice
            label="Which orders"
            options={WHICH}
            value={which}
            onChange={(chosen) => {
              filter.set({ status: chosen === 'review' ? '' : chosen });
            }}
          />
        }
      />
    </>
  );
}
