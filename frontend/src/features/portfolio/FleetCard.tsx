// The bots that run or need a look, with what they brought so far.
import { Link } from 'react-router';
import type { Bot } from '../../api/types';
import { Card } from '../../components/Card';
import { EmptyState } from '../../components/EmptyState';
import { ErrorState } from '../../components/ErrorState';
import { ProfitLoss } from '../../components/Figures';
import { Skeleton } from '../../components/Skeleton';
import { BotStatusDot } from '../bots/BotStatus';
import { useBots } from '../bots/queries';

const SHOWN = 100;
const ROOM = 7;

export function FleetCard() {
  const bots = useBots({ limit: SHOWN, offset: 0 });
  return (
    <Card
      title="Fleet"
      flush
      aside={
        <Link to="/bots" className="text-sm text-ink-faint underline-offset-4 hover:text-ink hover:underline">
          All bots
        </Link>
      }
    >
      {bots.isError && !bots.data ? (
        <ErrorState
          title="The bots could not be loaded"
          cause={bots.error}
          onRetry={() => void bots.refetch()}
          retrying={bots.isFetching}
        />
      ) : (
        <Fleet bots={bots.data?.items} />
      )}
    </Card>
  );
}

function Fleet({ bots }: { bots: readonly Bot[] | undefined }) {
  if (!bots) {
    return (
      <div className="space-y-4 p-4">
        {Array.from({ length: ROOM }, (_, index) => (
          <Skeleton key={index} className="h-4" />
        ))}
      </div>
    );
  }
  if (bots.length === 0) return <EmptyState title="No bot is left">Create one to go on trading.</EmptyState>;
  return (
    <ul className="max-h-82 divide-y divide-line overflow-y-auto">
      {[...bots].sort(byUrgency).map((bot) => (
        <li key={bot.id}>
          <Link
            to={`/bots/${bot.id}`}
            className="flex items-center gap-2 px-4 py-2 text-sm hover:bg-raised focus-visible:-outline-offset-2"
          >
            <BotStatusDot bot={bot} />
            <span className="min-w-0 flex-1">
              <span className="block truncate">{bot.name}</span>
              <span className="block truncate text-xs text-ink-faint">
                {bot.symbols.join(', ')} · {bot.timeframe}
              </span>
            </span>
            <ProfitLoss value={bot.total_profit_loss} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

const URGENCY: Record<Bot['status'], number> = {
  error: 0,
  stopped_by_risk: 1,
  running: 2,
  paused: 3,
  stopped: 4,
};

function byUrgency(one: Bot, other: Bot): number {
  return URGENCY[one.status] - URGENCY[other.status] || one.name.localeCompare(other.name);
}
