// The list of bots.
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Bot } from '../../api/types';
import { Age, ProfitLoss } from '../../components/Figures';
import { useRegion } from '../../components/region';
import { Table, type Column } from '../../components/Table';
import { formatCount, formatShare, NOTHING } from '../../formatting';
import { usePositions } from '../engine/queries';
import { AccountBadge } from './AccountBadge';
import { BotActions } from './BotActions';
import { BotStatus } from './BotStatus';
import { StrategyName } from './StrategyName';

const COLUMNS: readonly Column<Bot>[] = [
  {
    name: 'name',
    title: 'Name',
    cell: (bot) => (
      <span className="flex items-center gap-2">
        <Link
          id={`bot-${bot.id}`}
          to={`/bots/${bot.id}`}
          className="max-w-64 truncate font-medium hover:text-accent hover:underline"
        >
          {bot.name}
        </Link>
        <AccountBadge bot={bot} />
      </span>
    ),
  },
  {
    name: 'status',
    title: 'State',
    cell: (bot) => (
      <span title={bot.status_reason ?? undefined}>
        <BotStatus bot={bot} />
      </span>
    ),
  },
  {
    name: 'market',
    title: 'Market',
    cell: (bot) => (
      <>
        {bot.symbols.join(', ')} <span className="text-ink-faint">{bot.timeframe}</span>
      </>
    ),
  },
  {
    name: 'strategy',
    title: 'Strategy',
    cell: (bot) => (
      <span className="text-ink-soft">
        <StrategyName bot={bot} />
      </span>
    ),
  },
  {
    name: 'result',
    title: 'P&L',
    definition: 'Realised profit or loss of all closed trades, after fees, in quote currency.',
    align: 'right',
    cell: (bot) => <ProfitLoss value={bot.total_profit_loss} />,
  },
  {
    name: 'trades',
    title: 'Trades',
    definition: 'Positions that were bought and sold again.',
    align: 'right',
    cell: (bot) => <Count value={bot.total_trades} />,
  },
  {
    name: 'win-rate',
    title: 'Win rate',
    definition: 'The share of closed trades that ended with a profit.',
    align: 'right',
    cell: (bot) => <WinRate bot={bot} />,
  },
  {
    name: 'last-run',
    title: 'Last look',
    definition: 'When the bot last looked at a closed candle.',
    align: 'right',
    cell: (bot) => (
      <span className="text-ink-soft">
        <Age at={bot.last_run_at} />
      </span>
    ),
  },
];

function withActions(holding: ReadonlySet<string>): readonly Column<Bot>[] {
  return [
    ...COLUMNS,
    {
      name: 'actions',
      title: '',
      align: 'right',
      cell: (bot) => <BotActions bot={bot} holds={holding.has(bot.id)} size="small" />,
    },
  ];
}

function Count({ value }: { value: number }) {
  const { locale } = useRegion();
  return <span className="figure">{formatCount(value, locale)}</span>;
}

function WinRate({ bot }: { bot: Bot }) {
  const { locale } = useRegion();
  return (
    <span className="figure">
      {bot.total_trades === 0 ? NOTHING : formatShare(bot.winning_trades / bot.total_trades, locale)}
    </span>
  );
}

interface BotsTableProps {
  bots: readonly Bot[] | undefined;
  empty: ReactNode;
}

const MOST_POSITIONS = 100;

export function BotsTable({ bots, empty }: BotsTableProps) {
  const open = usePositions({ status: 'open', limit: MOST_POSITIONS, offset: 0 });
  const holding = new Set(open.data?.items.map((position) => position.bot_id));
  return (
    <Table
      label="Bots"
      columns={withActions(holding)}
      rows={bots}
      rowKey={(bot) => bot.id}
      empty={empty}
      expected={6}
    />
  );
}
