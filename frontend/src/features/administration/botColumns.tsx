// The columns of somebody else's bots, with the button that stops one.
import { Age, ProfitLoss } from '../../components/Figures';
import { Badge } from '../../components/Status';
import type { Column } from '../../components/Table';
import { BotStatus } from '../bots/BotStatus';
import { StopBot } from './StopBot';
import type { BotOfUser } from './types';

export function botColumns<Bot extends BotOfUser>(mayChange: boolean): readonly Column<Bot>[] {
  const columns: Column<Bot>[] = [
    {
      name: 'name',
      title: 'Name',
      cell: (bot) => (
        <span className="flex items-center gap-2">
          <span className="max-w-56 truncate font-medium">{bot.name}</span>
          {bot.is_paper_trading ? <Badge>Paper</Badge> : <Badge tone="accent">Live</Badge>}
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
          {bot.symbols.join(', ')}{' '}
          <span className="text-ink-faint">
            {bot.timeframe} · {bot.exchange}
          </span>
        </>
      ),
    },
    {
      name: 'strategy',
      title: 'Strategy',
      cell: (bot) => <span className="text-ink-soft">{bot.kind === 'signal' ? bot.strategy : bot.kind}</span>,
    },
    {
      name: 'result',
      title: 'P&L',
      definition: 'Realised profit or loss of all closed trades, after fees, in quote currency.',
      align: 'right',
      cell: (bot) => <ProfitLoss value={bot.total_profit_loss} />,
    },
    {
      name: 'look',
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
  if (mayChange)
    columns.push({ name: 'stop', title: '', align: 'right', cell: (bot) => <StopBot bot={bot} /> });
  return columns;
}
