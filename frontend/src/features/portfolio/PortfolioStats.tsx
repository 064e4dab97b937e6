// The results in numbers.
import type { Portfolio } from '../../api/types';
import { ProfitLoss } from '../../components/Figures';
import { useRegion } from '../../components/region';
import { Stat, StatStrip } from '../../components/Stat';
import { formatCount, formatShare, NOTHING } from '../../formatting';

export function PortfolioStats({ portfolio }: { portfolio: Portfolio | undefined }) {
  const { locale } = useRegion();
  const loading = !portfolio;
  return (
    <StatStrip columns="grid-cols-2 sm:grid-cols-4 xl:grid-cols-7 max-sm:[&>:last-child]:col-span-2 max-xl:sm:[&>:last-child]:col-span-2">
      <Stat
        label="Today"
        definition="Realised profit or loss since midnight in your time zone, after fees, in quote currency."
        loading={loading}
      >
        <ProfitLoss value={portfolio?.profit_loss_today} />
      </Stat>
      <Stat
        label="7 days"
        definition="Realised profit or loss of the last 7 times 24 hours, after fees."
        loading={loading}
      >
        <ProfitLoss value={portfolio?.profit_loss_7d} />
      </Stat>
      <Stat
        label="30 days"
        definition="Realised profit or loss of the last 30 times 24 hours, after fees."
        loading={loading}
      >
        <ProfitLoss value={portfolio?.profit_loss_30d} />
      </Stat>
      <Stat
        label="All time"
        definition="Realised profit or loss of all bots since their first trade, deleted bots included."
        loading={loading}
      >
        <ProfitLoss value={portfolio?.total_profit_loss} />
      </Stat>
      <Stat
        label="Unrealised"
        definition="What selling every open position at the newest price would bring. It is not part of the other results."
        loading={loading}
      >
        <ProfitLoss value={portfolio?.unrealized_pnl} />
      </Stat>
      <Stat
        label="Win rate"
        definition="The share of closed trades that ended with a profit. It says nothing about how large the profits and losses were."
        loading={loading}
        note={portfolio && tradesNote(portfolio.trades_count, locale)}
      >
        <span className="figure">
          {portfolio?.win_rate == null ? NOTHING : formatShare(portfolio.win_rate, locale)}
        </span>
      </Stat>
      <Stat
        label="Running bots"
        definition="Bots that look at every closed candle of their market, of all bots you have."
        loading={loading}
        note={portfolio && `of ${formatCount(portfolio.bots_count, locale)}`}
      >
        <span className="figure">{portfolio && formatCount(portfolio.running_bots, locale)}</span>
      </Stat>
    </StatStrip>
  );
}

function tradesNote(count: number, locale: string): string {
  return `${formatCount(count, locale)} ${count === 1 ? 'trade' : 'trades'}`;
}
