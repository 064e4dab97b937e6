// Positions; open ones move with the price.
import { Link } from 'react-router';
import type { ReactNode } from 'react';
import type { Position } from '../../api/types';
import { Age, Moment, Price, ProfitLoss, Quantity } from '../../components/Figures';
import { Table, type Column } from '../../components/Table';
import { baseOf } from '../../formatting';
import { closeWords } from './words';

const BOT: Column<Position> = {
  name: 'bot',
  title: 'Bot',
  cell: (position) => (
    <Link
      to={`/bots/${position.bot_id}`}
      className="inline-block max-w-48 truncate align-bottom hover:text-accent hover:underline"
    >
      {position.bot_name}
    </Link>
  ),
};
const MARKET: Column<Position> = { name: 'market', title: 'Market', cell: (position) => position.symbol };
const QUANTITY: Column<Position> = {
  name: 'quantity',
  title: 'Quantity',
  align: 'right',
  cell: (position) => <Quantity value={position.quantity} currency={baseOf(position.symbol)} />,
};
const ENTRY: Column<Position> = {
  name: 'entry',
  title: 'Entry',
  definition: 'The average price at which the position was bought.',
  align: 'right',
  cell: (position) => <Price value={position.entry_price} />,
};
const MARK: Column<Position> = {
  name: 'mark',
  title: 'Now',
  definition: 'The newest price of the market.',
  align: 'right',
  cell: (position) => <Price value={position.mark_price} />,
};
const STOP: Column<Position> = {
  name: 'stop',
  title: 'Stop',
  definition: 'At this price the bot sells to limit the loss.',
  align: 'right',
  cell: (position) => <Price value={position.stop_price} />,
};
const TARGET: Column<Position> = {
  name: 'target',
  title: 'Target',
  definition: 'At this price the bot sells to take the profit.',
  align: 'right',
  cell: (position) => <Price value={position.take_profit_price} />,
};
const UNREALISED: Column<Position> = {
  name: 'unrealised',
  title: 'Unrealised P&L',
  definition:
    'What selling at the newest price would bring, after the fees paid so far. It moves with the price.',
  align: 'right',
  cell: (position) => <ProfitLoss value={position.unrealized_pnl} />,
};
const OPENED: Column<Position> = {
  name: 'opened',
  title: 'Opened',
  align: 'right',
  cell: (position) => (
    <span className="text-ink-soft">
      <Age at={position.opened_at} />
    </span>
  ),
};
const CLOSED: Column<Position> = {
  name: 'closed',
  title: 'Closed',
  align: 'right',
  cell: (position) => <Moment at={position.closed_at} />,
};
const REASON: Column<Position> = {
  name: 'reason',
  title: 'Why closed',
  cell: (position) => <span className="text-ink-soft">{closeWords(position.close_reason)}</span>,
};
const REALISED: Column<Position> = {
  name: 'realised',
  title: 'P&L',
  definition: 'What the position brought, after all fees, in quote currency.',
  align: 'right',
  cell: (position) => <ProfitLoss value={position.realized_pnl} />,
};

const SHAPES = {
  open: [BOT, MARKET, QUANTITY, ENTRY, MARK, STOP, TARGET, UNREALISED, OPENED],
  closed: [MARKET, QUANTITY, ENTRY, REASON, OPENED, CLOSED, REALISED],
} as const;

interface PositionsTableProps {
  label: string;
  positions: readonly Position[] | undefined;
  shape: keyof typeof SHAPES;
  empty: ReactNode;
}

export function PositionsTable({ label, positions, shape, empty }: PositionsTableProps) {
  return (
    <Table
      label={label}
      columns={SHAPES[shape]}
      rows={positions}
      rowKey={(position) => position.id}
      empty={empty}
      expected={3}
    />
  );
}
