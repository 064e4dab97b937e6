// All bots together: the curve, the results, what is open, what was traded.
import { Link } from 'react-router';
import { ButtonLink } from '../../components/Button';
import { Card } from '../../components/Card';
import { EmptyState } from '../../components/EmptyState';
import { ErrorState } from '../../components/ErrorState';
import { PageHeader } from '../../components/PageHeader';
import { PositionsTable } from '../engine/PositionsTable';
import { useTrades } from '../engine/queries';
import { TradesTable } from '../engine/TradesTable';
import { EquityCard } from './EquityCard';
import { FleetCard } from './FleetCard';
import { FirstSteps } from './FirstSteps';
import { PortfolioStats } from './PortfolioStats';
import { usePortfolio } from './queries';

const LATEST = 10;

export function DashboardPage() {
  const portfolio = usePortfolio();
  const isNewcomer = portfolio.data?.bots_count === 0 && portfolio.data.trades_count === 0;
  return (
    <>
      <PageHeader
        title="Dashboard"
        actions={
          !isNewcomer && (
            <ButtonLink to="/bots/new" variant="primary">
              New bot
            </ButtonLink>
          )
        }
      />
      {isNewcomer ? <FirstSteps /> : <Overview portfolio={portfolio} />}
    </>
  );
}

function Overview({ portfolio }: { portfolio: ReturnType<typeof usePortfolio> }) {
  if (portfolio.isError && !portfolio.data) {
    return (
      <Card>
        <ErrorState
          title="Your results could not be loaded"
          cause={portfolio.error}
          onRetry={() => void portfolio.refetch()}
          retrying={portfolio.isFetching}
        />
      </Card>
    );
  }
  return (
    <div className="grid gap-4">
      <PortfolioStats portfolio={portfolio.data} />
      <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <EquityCard total={portfolio.data?.total_profit_loss} />
        <FleetCard />
      </div>
      <Card title="Open positions" flush>
        <PositionsTable
          label="Open positions"
          positions={portfolio.data?.open_positions}
          shape="open"
          empty={
            <EmptyState title="No position is open">
              A position appears here when a bot buys, and moves with the price until it is sold.
            </EmptyState>
          }
        />
      </Card>
      <LatestTrades />
    </div>
  );
}

function LatestTrades() {
  const trades = useTrades({ limit: LATEST, offset: 0 });
  return (
    <Card
      title="Latest trades"
      flush
      aside={
        <Link
          to="/trades"
          className="text-sm text-ink-faint underline-offset-4 hover:text-ink hover:underline"
        >
          All trades
        </Link>
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
        <TradesTable
          trades={trades.data?.items}
          shape="brief"
          empty={
            <EmptyState title="No trade yet">
              A running bot decides when a candle closes. Its page says what it is waiting for.
            </EmptyState>
          }
        />
      )}
    </Card>
  );
}
