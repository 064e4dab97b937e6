// Trades, newest first.
import { Link } from 'react-router';
import type { ReactNode } from 'react';
import type { Trade } from '../../api/types';
import { Moment, Money, Price, ProfitLoss, Quantity } from '../../components/Figures';
import { Table, type Column } from '../../components/Table';
import { baseOf, quoteOf } from '../../formatting';
import { Side } from './Side';
import { useArrivals } from './useArrivals';
import { PURPOSE_WORDS } from './words';

const TIME: Column<Trade> = {
  name: 'time',
  title: 'Time',
  cell: (trade) => <Moment at={trade.executed_at} />,
};
const BOT: Column<Trade> = {
  name: 'bot',
  title: 'Bot',
  cell: (trade) => (
    <Link
      to={`/bots/${trade.bot_id}`}
      className="inline-block max-w-48 truncate align-bottom hover:text-accent hover:underline"
    >
      {trade.bot_name}
    </Link>
  ),
};
const MARKET: Column<Trade> = { name: 'market', title: 'Market', cell: (trade) => trade.symbol };
const SIDE: Column<Trade> = { name: 'side', title: 'Side', cell: (trade) => <Side side={trade.type} /> };
const PURPOSE: Column<Trade> = {
  name: 'purpose',
  title: 'Why',
  definition:
    'What the trade was for: opening a position, or closing it by signal, stop loss or take profit.',
  cell: (trade) => <span className="text-ink-soft">{PURPOSE_WORDS[trade.purpose]}</span>,
};
const PRICE: Column<Trade> = {
  name: 'price',
  title: 'Price',
  align: 'right',
  cell: (trade) => <Price value={trade.price} />,
};
const QUANTITY: Column<Trade> = {
  name: 'quantity',
  title: 'Quantity',
  align: 'right',
  cell: (trade) => <Quantity value={trade.quantity} currency={baseOf(trade.symbol)} />,
};
const AMOUNT: Column<Trade> = {
  name: 'amount',
  title: 'Amount',
  definition: 'Price times quantity, in quote currency.',
  align: 'right',
  cell: (trade) => <Money value={trade.amount} currency={quoteOf(trade.symbol)} />,
};
const FEE: Column<Trade> = {
  name: 'fee',
  title: 'Fee',
  definition: 'What the exchange charged, in quote currency. It is part of the profit or loss.',
  align: 'right',
  cell: (trade) => <Money value={trade.fee} />,
};
const RESULT: Column<Trade> = {
  name: 'result',
  title: 'P&L',
  definition:
    'Profit or loss of a sale after the fees of both sides, in quote currency. A purchase has none yet.',
  align: 'right',
  cell: (trade) => <ProfitLoss value={trade.profit_loss} />,
};

const ALL = [TIME, BOT, MARKET, SIDE, PURPOSE, PRICE, QUANTITY, AMOUNT, FEE, RESULT];
const OF_ONE_BOT = ALL.filter((column) => column !== BOT);
const BRIEF = [TIME, BOT, MARKET, SIDE, PRICE, AMOUNT, RESULT];

interface TradesTableProps {
  trades: readonly Trade[] | undefined;
  shape: 'all' | 'one-bot' | 'brief';
  empty: ReactNode;
  expected?: number;
}

const SHAPES = { all: ALL, 'one-bot': OF_ONE_BOT, brief: BRIEF } as const;

export function TradesTable({ trades, shape, empty, expected }: TradesTableProps) {
  const isNew = useArrivals(trades);
  return (
    <Table
      label="Trades"
      columns={SHAPES[shape]}
      rows={trades}
      rowKey={(trade) => trade.id}
      empty={empty}
      expected={expected ?? 8}
      isNew={isNew}
    />
  );
}
