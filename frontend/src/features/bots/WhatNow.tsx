// What the bot saw at its newest candle, and what it is waiting for.
import { useServerNow } from '../../api/useServerNow';
import type { Bot, Evaluation } from '../../api/types';
import { Card } from '../../components/Card';
import { EmptyState } from '../../components/EmptyState';
import { ErrorState } from '../../components/ErrorState';
import { Age } from '../../components/Figures';
import { Skeleton } from '../../components/Skeleton';
import { timeframeInWords } from '../../formatting';
import { InputValues } from '../engine/InputValues';
import { useEvaluations } from '../engine/queries';
import { ACTION_WORDS } from '../engine/words';
import { asksStrategy } from '../rules/rulesForm';
import { isMissed, isWatched } from './watch';

export function WhatNow({ bot }: { bot: Bot }) {
  const evaluations = useEvaluations(bot.id, bot.timeframe, isWatched(bot));
  const missed = isMissed(bot, useServerNow());
  const waits = isWatched(bot) && !missed;
  return (
    <Card title={waits ? 'What it is waiting for' : 'What it last saw'} flush>
      <div className="min-h-32">
        <Newest bot={bot} evaluations={evaluations} />
      </div>
    </Card>
  );
}

interface NewestProps {
  bot: Bot;
  evaluations: ReturnType<typeof useEvaluations>;
}

function Newest({ bot, evaluations }: NewestProps) {
  if (evaluations.data) {
    if (evaluations.data.length === 0) return <NothingSeen bot={bot} />;
    return (
      <ul className="divide-y divide-line">
        {evaluations.data.map((evaluation) => (
          <li key={evaluation.symbol} className="p-4">
            <OneLook evaluation={evaluation} asked={asksStrategy(bot)} />
          </li>
        ))}
      </ul>
    );
  }
  if (evaluations.isError) {
    return (
      <ErrorState
        title="Its newest look could not be loaded"
        cause={evaluations.error}
        onRetry={() => void evaluations.refetch()}
        retrying={evaluations.isFetching}
      />
    );
  }
  return (
    <div className="space-y-3 p-4">
      <Skeleton className="h-4" />
      <Skeleton className="h-4 w-2/3" />
    </div>
  );
}

function NothingSeen({ bot }: { bot: Bot }) {
  if (!isWatched(bot)) return <EmptyState title="It has not looked yet">Start it, and it will.</EmptyState>;
  return (
    <EmptyState title="Waiting for its first candle">
      It looks when the running candle of {timeframeInWords(bot.timeframe)} closes.
    </EmptyState>
  );
}

interface OneLookProps {
  evaluation: Evaluation;
  /** Whether the bot asks a strategy; else there is no signal to tell of. */
  asked: boolean;
}

function OneLook({ evaluation, asked }: OneLookProps) {
  return (
    <>
      <p className="text-base">{evaluation.reason}</p>
      <p className="mt-1 text-xs text-ink-faint">
        {asked && <>Signal: {ACTION_WORDS[evaluation.action].toLowerCase()} · </>}
        {asked ? 'looked' : 'Looked'} <Age at={evaluation.evaluated_at} />
      </p>
      <InputValues inputs={evaluation.inputs} />
    </>
  );
}
