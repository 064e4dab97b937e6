// What the bot brought so far.
import type { Bot, Position } from '../../api/types';
import { Age, ProfitLoss } from '../../components/Figures';
import { useRegion } from '../../components/region';
import { Stat, StatStrip } from '../../components/Stat';
import { formatCount, formatShare, NOTHING, quoteOf } from '../../formatting';

interface BotStatsProps {
  bot: Bot;
  position: Position | undefined;
}

export function BotStats({ bot, position }: BotStatsProps) {
  const { locale } = useRegion();
  const currency = quoteOf(bot.symbols[0] ?? '');
  return (
    <StatStrip columns="grid-cols-2 md:grid-cols-5 max-md:[&>:last-child]:col-span-2">
      <Stat
        label="Realised P&L"
        definition="Profit or loss of all closed trades, after the fees of both sides."
      >
        <ProfitLoss value={bot.total_profit_loss} currency={currency} />
      </Stat>
      <Stat
        label="Unrealised P&L"
        definition="What selling the open position at the newest price would bring."
      >
        <ProfitLoss value={position?.unrealized_pnl} currency={currency} />
      </Stat>
      <Stat label="Closed trades" definition="Positions that were bought and sold again.">
        <span className="figure">{formatCount(bot.total_trades, locale)}</span>
      </Stat>
      <Stat
        label="Win rate"
        definition="The share of closed trades that ended with a profit. It says nothing about how large the profits and losses were."
        note={bot.total_trades > 0 && `${formatCount(bot.winning_trades, locale)} won`}
      >
        <span className="figure">
          {bot.total_trades === 0 ? NOTHING : formatShare(bot.winning_trades / bot.total_trades, locale)}
        </span>
      </Stat>
      <Stat label="Last look" definition="When the bot last looked at a closed candle and decided.">
        <span className="text-base font-normal text-ink-soft">
          <Age at={bot.last_run_at} />
        </span>
      </Stat>
    </StatStrip>
  );
}
