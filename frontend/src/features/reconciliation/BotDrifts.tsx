// The open differences of one bot; nothing where there is none.
import { Link } from 'react-router';
import { Card } from '../../components/Card';
import { ErrorState } from '../../components/ErrorState';
import { DriftList } from './DriftList';
import { useDrifts } from './queries';

const MOST = 20;

export function BotDrifts({ botId }: { botId: string }) {
  const drifts = useDrifts({ bot_id: botId, state: 'open', limit: MOST, offset: 0 });
  if (drifts.isError && !drifts.data) {
    return (
      <Card title="Ledger and exchange">
        <ErrorState
          title="The differences of this bot could not be loaded"
          cause={drifts.error}
          onRetry={() => void drifts.refetch()}
          retrying={drifts.isFetching}
        />
      </Card>
    );
  }
  if (!drifts.data || drifts.data.items.length === 0) return null;
  return (
    <Card
      title="Ledger and exchange disagree"
      flush
      aside={
        <Link
          to="/differences"
          className="text-sm text-ink-faint underline-offset-4 hover:text-ink hover:underline"
        >
          All differences
        </Link>
      }
    >
      <DriftList drifts={drifts.data.items} />
    </Card>
  );
}
