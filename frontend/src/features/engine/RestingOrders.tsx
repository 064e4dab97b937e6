// The orders of a bot that wait in the exchange's book, or are on their way into it.
import type { Order } from '../../api/types';
import { Card } from '../../components/Card';
import { ErrorState } from '../../components/ErrorState';
import { Price, Quantity } from '../../components/Figures';
import { Table, type Column } from '../../components/Table';
import { baseOf } from '../../formatting';
import { useRestingOrders } from './queries';
import { Side } from './Side';
import { ORDER_WORDS, orderTypeWords, PURPOSE_WORDS } from './words';

const COLUMNS: readonly Column<Order>[] = [
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
  /** Whether this bot leaves orders at an exchange, so that having none is worth saying. */
  expected: boolean;
}

export function RestingOrders({ botId, expected }: RestingOrdersProps) {
  const { orders, error, isFetching, retry } = useRestingOrders(botId);
  if (!expected && !error && !orders?.length) return null;
  return (
    <Card title="Resting orders" flush>
      {error ? (
        <ErrorState
          title="The resting orders could not be loaded"
          cause={error}
          onRetry={retry}
          retrying={isFetching}
        />
      ) : (
        <Table
          label="Resting orders"
          columns={COLUMNS}
          rows={orders}
          rowKey={(order) => order.id}
          expected={2}
          scrollAfter="max-h-80"
          empty={<p className="p-4 text-sm text-ink-faint">None rests at the exchange just now.</p>}
        />
      )}
    </Card>
  );
}
