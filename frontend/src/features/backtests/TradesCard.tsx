// Every trade of a run, sortable; each leads to its place on the chart.
import { useState } from 'react';
import type { BacktestTrade } from '../../api/types';
import { Card } from '../../components/Card';
import { Choice } from '../../components/Choice';
import { EmptyState } from '../../components/EmptyState';
import { ErrorState } from '../../components/ErrorState';
import { Money, Moment, Price, ProfitLoss, Quantity } from '../../components/Figures';
import { Pagination } from '../../components/Pagination';
import { useRegion } from '../../components/region';
import { Table, type Column } from '../../components/Table';
import { formatCount, formatDuration } from '../../formatting';
import { Return } from './Fractions';
import { useRunTrades } from './queries';
import { reasonWords } from './words';

const SORTS = [
  { value: 'closed_at', title: 'Oldest' },
  { value: '-closed_at', title: 'Newest' },
  { value: '-profit', title: 'Best' },
  { value: 'profit', title: 'Worst' },
  { value: '-return', title: 'Best in %' },
  { value: 'return', title: 'Worst in %' },
] as const;

const LIMIT = 25;

interface TradesCardProps {
  id: string;
  quote: string;
  base: string;
  onShow: (trade: BacktestTrade) => void;
}

export function TradesCard({ id, quote, base, onShow }: TradesCardProps) {
  const [sort, setSort] = useState<(typeof SORTS)[number]['value']>('closed_at');
  const [offset, setOffset] = useState(0);
  const trades = useRunTrades(id, { sort, offset, limit: LIMIT });
  const { locale } = useRegion();
  return (
    <Card
      flush
      title={`Trades${trades.data ? ` (${formatCount(trades.data.total, locale)})` : ''}`}
      aside={
        <Choice
          label="Order"
          options={SORTS}
          value={sort}
          onChange={(chosen) => {
            setSort(chosen);
            setOffset(0);
          }}
        />
      }
    >
      {trades.isError && !trades.data ? (
        <ErrorState
          title="The trades could not be loaded"
          cause={trades.error}
          onRetry={() => void trades.refetch()}
          retrying={trades.isFetching}
        />
      ) : (
        <Table
          label="Trades"
          columns={columns(quote, base, onShow)}
          rows={trades.data?.items}
          rowKey={(trade) => String(trade.number)}
          expected={10}
          empty={
            <EmptyState title="Nothing was sold">
              The strategy bought nothing, or what it bought was still open at the end. The outcomes of its
              decisions say why.
            </EmptyState>
          }
        />
      )}
      <Pagination page={trades.data} onMove={setOffset} words={['Previous', 'Next']} />
    </Card>
  );
}

function columns(
  quote: string,
  base: string,
  onShow: (trade: BacktestTrade) => void,
): readonly Column<BacktestTrade>[] {
  return [
    {
      name: 'number',
      title: '#',
      align: 'right',
      cell: (trade) => <span className="figure text-ink-faint">{trade.number}</span>,
    },
    {
      name: 'opened',
      title: 'Bought',
      definition: 'When the candle of the first purchase opened.',
      cell: (trade) => (
        <button
          type="button"
          title="Show on the chart"
          className="rounded-sm hover:text-accent hover:underline"
          onClick={() => {
            onShow(trade);
          }}
        >
          <Moment at={trade.opened_at} />
        </button>
      ),
    },
    {
      name: 'held',
      title: 'Held',
      definition: 'From the first purchase to the sale, by the open times of their candles.',
      align: 'right',
      cell: (trade) => <Held trade={trade} />,
    },
    {
      name: 'profit',
      title: 'P&L',
      definition: `Profit or loss after the fees of both sides, in ${quote}.`,
      align: 'right',
      cell: (trade) => <ProfitLoss value={trade.profit} />,
    },
    {
      name: 'return',
      title: 'Return',
      definition: 'Profit or loss over what the position had cost.',
      align: 'right',
      cell: (trade) => <Return value={trade.return} />,
    },
    {
      name: 'reason',
      title: 'Sold by',
      cell: (trade) => <span className="text-ink-soft">{reasonWords(trade.exit_reason)}</span>,
    },
    {
      name: 'entry',
      title: 'Entry',
      definition: 'The mean price of the purchases.',
      align: 'right',
      cell: (trade) => <Price value={trade.entry_price} />,
    },
    {
      name: 'exit',
      title: 'Exit',
      align: 'right',
      cell: (trade) => <Price value={trade.exit_price} />,
    },
    {
      name: 'quantity',
      title: 'Quantity',
      align: 'right',
      cell: (trade) => <Quantity value={trade.quantity} currency={base} />,
    },
    {
      name: 'entries',
      title: 'Purchases',
      definition: 'How many purchases made up the position.',
      align: 'right',
      cell: (trade) => <span className="figure">{trade.entries}</span>,
    },
    {
      name: 'fee',
      title: 'Fee',
      definition: `The fee of the sale, in ${quote}.`,
      align: 'right',
      cell: (trade) => <Money value={trade.fee} />,
    },
  ];
}

function Held({ trade }: { trade: BacktestTrade }) {
  const { locale } = useRegion();
  const seconds = (Date.parse(trade.closed_at) - Date.parse(trade.opened_at)) / 1000;
  return <span className="figure text-ink-soft">{formatDuration(seconds, locale)}</span>;
}
