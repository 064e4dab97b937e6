// The bot's record: trades, decisions, orders, closed positions; which one is part of the address.
import { useState, type ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import type { Bot, Page } from '../../api/types';
import { EmptyState } from '../../components/EmptyState';
import { ErrorState } from '../../components/ErrorState';
import { Pagination } from '../../components/Pagination';
import { Tabs, type Tab } from '../../components/Tabs';
import { baseOf, quoteOf } from '../../formatting';
import { DecisionsTable } from '../engine/DecisionsTable';
import { OrdersTable } from '../engine/OrdersTable';
import { PositionsTable } from '../engine/PositionsTable';
import { useDecisions, useOrders, usePositions, useTrades } from '../engine/queries';
import { TradesTable } from '../engine/TradesTable';
import { SignalsPanel } from '../incoming/SignalsPanel';
import { asksStrategy } from '../rules/rulesForm';
import { TruthPanel } from '../truth/TruthPanel';
import { useStrategies } from './queries';

type RecordName = 'trades' | 'decisions' | 'orders' | 'positions' | 'signals' | 'truth';

const LIMIT = 20;

export function BotRecord({ bot }: { bot: Bot }) {
  const { id: botId } = bot;
  const symbol = bot.symbols[0] ?? '';
  const strategy = useStrategies().data?.find((one) => one.name === bot.strategy);
  const hears = (strategy?.signals_from_outside ?? false) && asksStrategy(bot);
  const [search, setSearch] = useSearchParams();
  const tabs: readonly Tab<RecordName>[] = [
    { name: 'trades', title: 'Trades', panel: () => <TradesPanel botId={botId} /> },
    { name: 'decisions', title: 'Decisions', panel: () => <DecisionsPanel botId={botId} /> },
    { name: 'orders', title: 'Orders', panel: () => <OrdersPanel botId={botId} /> },
    { name: 'positions', title: 'Closed positions', panel: () => <PositionsPanel botId={botId} /> },
    ...(hears
      ? [{ name: 'signals' as const, title: 'Signals', panel: () => <SignalsPanel botId={botId} /> }]
      : []),
    {
      name: 'truth',
      title: 'Truth report',
      panel: () => <TruthPanel botId={botId} quote={quoteOf(symbol)} base={baseOf(symbol)} />,
    },
  ];
  const chosen = tabs.find((tab) => tab.name === search.get('record'))?.name ?? 'trades';
  return (
    <Tabs
      label="Record"
      tabs={tabs}
      chosen={chosen}
      onChoose={(name) => {
        setSearch({ record: name }, { replace: true, preventScrollReset: true });
      }}
    />
  );
}

interface ListQuery {
  data: Page<unknown> | undefined;
  error: Error | null;
  isFetching: boolean;
  refetch: () => Promise<unknown>;
}

interface PanelProps {
  /** What could not be loaded, if so: "The trades". */
  what: string;
  query: ListQuery;
  onMove: (offset: number) => void;
  children: ReactNode;
}

function Panel({ what, query, onMove, children }: PanelProps) {
  if (query.error && !query.data) {
    return (
      <ErrorState
        title={`${what} could not be loaded`}
        cause={query.error}
        onRetry={() => void query.refetch()}
        retrying={query.isFetching}
      />
    );
  }
  return (
    <>
      {children}
      <Pagination page={query.data} onMove={onMove} />
    </>
  );
}

function TradesPanel({ botId }: { botId: string }) {
  const [offset, setOffset] = useState(0);
  const trades = useTrades({ bot_id: botId, limit: LIMIT, offset });
  return (
    <Panel what="The trades" query={trades} onMove={setOffset}>
      <TradesTable
        trades={trades.data?.items}
        shape="one-bot"
        empty={
          <EmptyState title="No trade yet">
            A running bot buys on its first buy signal. Its decisions say why it has not so far.
          </EmptyState>
        }
      />
    </Panel>
  );
}

function DecisionsPanel({ botId }: { botId: string }) {
  const [offset, setOffset] = useState(0);
  const decisions = useDecisions(botId, LIMIT, offset);
  return (
    <Panel what="The decisions" query={decisions} onMove={setOffset}>
      <DecisionsTable
        decisions={decisions.data?.items}
        empty={
          <EmptyState title="No decision yet">
            Each time the strategy wants to trade, it is written here whether the bot did, and why or why not.
          </EmptyState>
        }
      />
    </Panel>
  );
}

function OrdersPanel({ botId }: { botId: string }) {
  const [offset, setOffset] = useState(0);
  const orders = useOrders({ bot_id: botId, limit: LIMIT, offset });
  return (
    <Panel what="The orders" query={orders} onMove={setOffset}>
      <OrdersTable
        orders={orders.data?.items}
        empty={<EmptyState title="No order yet">Every order is written here before it is sent.</EmptyState>}
      />
    </Panel>
  );
}

function PositionsPanel({ botId }: { botId: string }) {
  const [offset, setOffset] = useState(0);
  const positions = usePositions({ bot_id: botId, status: 'closed', limit: LIMIT, offset });
  return (
    <Panel what="The positions" query={positions} onMove={setOffset}>
      <PositionsTable
        label="Closed positions"
        positions={positions.data?.items}
        shape="closed"
        empty={<EmptyState title="No closed position yet">A position moves here when it is sold.</EmptyState>}
      />
    </Panel>
  );
}
