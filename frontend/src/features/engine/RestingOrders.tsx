// The orders of a bot that wait for their price: in the exchange's book, or on paper.
import type { RestingOrder } from '../../api/types';
import { Card } from '../../components/Card';
import { ErrorState } from '../../components/ErrorState';
import { Price, Quantity } from '../../components/Figures';
import { Table, type Column } from '../../components/Table';
import { baseOf } from '../../formatting';
import { useRestingOrders } from './queries';
import { Side } from './Side';
import { ORDER_WORDS, orderTypeWords, PURPOSE_WORDS } from './words';

const COLUMNS: readonly Column<RestingOrder>[] = [
  { name: 'side', title: 'Side', cell: (order) => <Side side={order.side} /> },
  {
    name: 'purpose',
    title: 'What for',
    cell: (order) => <span className="text-ink-soft">{PURPOSE_WORDS[order.purpose]}</span>,
  },
  {
    name: 'type',
    title: 'Type',
    definition:
      'A limit order waits for its price or a better one; a stop limit order becomes one when the price falls to it.',
    cell: (order) => orderTypeWords(order.type),
  },
  {
    name: 'price',
    title: 'Price',
    align: 'right',
    cell: (order) => <Price value={order.price} />,
  },
  {
    name: 'quantity',
    title: 'Quantity',
    align: 'right',
    cell: (order) => <Quantity value={order.quantity} currency={baseOf(order.symbol)} />,
  },
  {
    name: 'filled',
    title: 'Filled',
    definition: 'How much of the quantity was traded so far.',
    align: 'right',
    cell: (order) => <Quantity value={order.filled_quantity} />,
  },
  {
    name: 'status',
    title: 'State',
    cell: (order) => <span className="text-ink-soft">{ORDER_WORDS[order.status]}</span>,
  },
];

interface RestingOrdersProps {
  botId: string;
  /** Whether this bot lets orders rest, so that having none is worth saying. */
  expected: boolean;
}

export function RestingOrders({ botId, expected }: RestingOrdersProps) {
  const { data: orders, error, isFetching, refetch } = useRestingOrders(botId);
  if (!expected && !error && !orders?.length) return null;
  return (
    <Card title="Resting orders" flush>
      {error && !orders ? (
        <ErrorState
          title="The resting orders could not be loaded"
          cause={error}
          onRetry={() => void refetch()}
          retrying={isFetching}
        />
      ) : (
        <Table
          label="Resting orders"
          columns={COLUMNS}
          rows={orders}
          rowKey={(order) => order.id ?? `${order.side} ${order.purpose} ${String(order.part)}`}
          expected={2}
          scrollAfter="max-h-80"
          empty={<p className="p-4 text-sm text-ink-faint">None waits for its price just now.</p>}
        />
      )}
    </Card>
  );
}
