// Orders with their state, newest first.
import type { ReactNode } from 'react';
import type { Order } from '../../api/types';
import { Moment, Price, Quantity } from '../../components/Figures';
import { Badge } from '../../components/Status';
import { Table, type Column } from '../../components/Table';
import { baseOf } from '../../formatting';
import { Side } from './Side';
import { ORDER_WORDS, orderTypeWords, PURPOSE_WORDS } from './words';

const ATTENTION: ReadonlySet<Order['status']> = new Set(['rejected', 'review', 'expired']);
const UNDER_WAY: ReadonlySet<Order['status']> = new Set([
  'intended',
  'submitting',
  'open',
  'partially_filled',
]);

function toneOf(status: Order['status']): 'plain' | 'accent' | 'attention' {
  if (ATTENTION.has(status)) return 'attention';
  return UNDER_WAY.has(status) ? 'accent' : 'plain';
}

const COLUMNS: readonly Column<Order>[] = [
  { name: 'time', title: 'Intended', cell: (order) => <Moment at={order.intended_at} /> },
  { name: 'side', title: 'Side', cell: (order) => <Side side={order.side} /> },
  { name: 'type', title: 'Type', cell: (order) => orderTypeWords(order.type) },
  {
    name: 'purpose',
    title: 'Why',
    cell: (order) => <span className="text-ink-soft">{PURPOSE_WORDS[order.purpose]}</span>,
  },
  {
    name: 'status',
    title: 'State',
    cell: (order) => (
      <span className="inline-flex items-center gap-2">
        <Badge tone={toneOf(order.status)}>{ORDER_WORDS[order.status]}</Badge>
        {order.error && (
          <span className="block max-w-md min-w-56 py-1.5 text-xs whitespace-normal text-ink-soft">
            {order.error}
          </span>
        )}
      </span>
    ),
  },
  {
    name: 'price',
    title: 'Price',
    definition: 'The price that was asked for; a market order takes the one of the moment.',
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
    definition: 'How much of the quantity was traded.',
    align: 'right',
    cell: (order) => <Quantity value={order.filled_quantity} />,
  },
  {
    name: 'average',
    title: 'Average price',
    align: 'right',
    cell: (order) => <Price value={order.average_price} />,
  },
  {
    name: 'attempts',
    title: 'Attempts',
    definition: 'How often it was sent. Every attempt carries the same id, so the exchange takes it once.',
    align: 'right',
    cell: (order) => <span className="figure">{order.attempts}</span>,
  },
  {
    name: 'id',
    title: 'Id',
    cell: (order) => (
      <span className="font-mono text-xs text-ink-faint select-all">{order.client_order_id}</span>
    ),
  },
];

interface OrdersTableProps {
  orders: readonly Order[] | undefined;
  empty: ReactNode;
}

export function OrdersTable({ orders, empty }: OrdersTableProps) {
  return (
    <Table
      label="Orders"
      columns={COLUMNS}
      rows={orders}
      rowKey={(order) => order.id}
      empty={empty}
      expected={8}
    />
  );
}
