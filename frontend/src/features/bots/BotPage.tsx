// One bot: what it sees, what it holds, what it did and why.
import { PencilIcon } from '@heroicons/react/16/solid';
import { useParams } from 'react-router';
import type { Bot } from '../../api/types';
import { ButtonLink } from '../../components/Button';
import { Card } from '../../components/Card';
import { ErrorState } from '../../components/ErrorState';
import { PageHeader } from '../../components/PageHeader';
import { Skeleton } from '../../components/Skeleton';
import { toApiError } from '../../api/errors';
import { GoLive } from '../controls/GoLive';
import { usePositions } from '../engine/queries';
import { RestingOrders } from '../engine/RestingOrders';
import { BotDrifts } from '../reconciliation/BotDrifts';
import { asksStrategy } from '../rules/rulesForm';
import { AccountBadge } from './AccountBadge';
import { BotActions } from './BotActions';
import { BotChart } from './BotChart';
import { BotRecord } from './BotRecord';
import { BotSettings } from './BotSettings';
import { BotStats } from './BotStats';
import { BotStatus } from './BotStatus';
import { DeleteBot } from './DeleteBot';
import { OpenPosition } from './OpenPosition';
import { useBot } from './queries';
import { StrategyName } from './StrategyName';
import { StatusNotice } from './StatusNotice';
import { WhatNow } from './WhatNow';

export function BotPage() {
  const { botId = '' } = useParams();
  const bot = useBot(botId);
  if (bot.data) return <Loaded key={botId} bot={bot.data} />;
  if (bot.isError) {
    const gone = toApiError(bot.error).status === 404;
    return (
      <>
        <PageHeader title="Bot" />
        <Card>
          <ErrorState
            title={gone ? 'This bot does not exist' : 'The bot could not be loaded'}
            cause={bot.error}
            {...(gone ? {} : { onRetry: () => void bot.refetch(), retrying: bot.isFetching })}
          />
          {gone && (
            <p className="pb-6 text-center">
              <ButtonLink to="/bots">To your bots</ButtonLink>
            </p>
          )}
        </Card>
      </>
    );
  }
  return <Loading />;
}

const ONE = 1;

function Loaded({ bot }: { bot: Bot }) {
  const open = usePositions({ bot_id: bot.id, status: 'open', limit: ONE, offset: 0 });
  const position = open.data?.items[0];
  return (
    <>
      <PageHeader
        title={bot.name}
        beside={
          <span id={`bot-${bot.id}`} className="flex items-center gap-3">
            <BotStatus bot={bot} />
            <AccountBadge bot={bot} />
          </span>
        }
        below={
          <>
            {bot.symbols.join(', ')} · {bot.timeframe} · <StrategyName bot={bot} />
          </>
        }
        actions={
          <>
            <DeleteBot bot={bot} />
            <ButtonLink
              to={`/bots/${bot.id}/edit`}
              variant="plain"
              icon={<PencilIcon className="size-3.5" />}
            >
              Edit
            </ButtonLink>
            {bot.is_paper_trading && <GoLive bot={bot} />}
            <BotActions bot={bot} holds={position !== undefined} />
          </>
        }
      />
      <div className="grid gap-4">
        <StatusNotice bot={bot} />
        {!bot.is_paper_trading && <BotDrifts botId={bot.id} />}
        <BotStats bot={bot} position={position} />
        <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_22rem]">
          <BotChart bot={bot} position={position} />
          <div className="grid content-start gap-4 md:max-xl:grid-cols-2">
            <WhatNow bot={bot} />
            <OpenPosition position={position} loading={open.isPending} asked={asksStrategy(bot)} />
            <BotSettings bot={bot} />
          </div>
        </div>
        <RestingOrders botId={bot.id} expected={restsOrders(bot)} />
        <BotRecord bot={bot} />
      </div>
    </>
  );
}

/** Whether the bot lets orders wait for their price. */
function restsOrders(bot: Bot): boolean {
  return bot.kind !== 'signal' || (!bot.is_paper_trading && bot.stop_on_exchange);
}

function Loading() {
  return (
    <div aria-busy className="grid gap-4">
      <title>Bot · Tradefleet</title>
      <Skeleton className="h-8 w-64" />
      <Skeleton className="h-18 !rounded-lg" />
      <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <Skeleton className="h-116 !rounded-lg" />
        <Skeleton className="h-80 !rounded-lg" />
      </div>
    </div>
  );
}
