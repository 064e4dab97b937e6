// Signals from outside: the address they come in at, and what came of each.
import { useState } from 'react';
import { EmptyState } from '../../components/EmptyState';
import { ErrorState } from '../../components/ErrorState';
import { Pagination } from '../../components/Pagination';
import { HookSection } from './HookSection';
import { useSignals } from './queries';
import { SignalsTable } from './SignalsTable';

export function SignalsPanel({ botId }: { botId: string }) {
  const [offset, setOffset] = useState(0);
  const signals = useSignals(botId, offset);
  return (
    <>
      <HookSection botId={botId} />
      <div className="border-t border-line">
        {signals.isError && !signals.data ? (
          <ErrorState
            title="The signals could not be loaded"
            cause={signals.error}
            onRetry={() => void signals.refetch()}
            retrying={signals.isFetching}
          />
        ) : (
          <SignalsTable
            signals={signals.data?.items}
            empty={
              <EmptyState title="No signal yet">
                Each signal that comes in is listed here with what the bot made of it.
              </EmptyState>
            }
          />
        )}
        <Pagination page={signals.data} onMove={setOffset} />
      </div>
    </>
  );
}
