// All trades of all bots, by bot and market; the filter is part of the address.
import { useId } from 'react';
import { useSearchParams } from 'react-router';
import { Button, ButtonLink } from '../../components/Button';
import { Card } from '../../components/Card';
import { EmptyState } from '../../components/EmptyState';
import { ErrorState } from '../../components/ErrorState';
import { Select } from '../../components/Input';
import { PageHeader } from '../../components/PageHeader';
import { Pagination } from '../../components/Pagination';
import { useBots } from '../bots/queries';
import { useTrades } from './queries';
import { TradesTable } from './TradesTable';

const LIMIT = 50;
const MOST_BOTS = 100;

export function TradesPage() {
  const [search, setSearch] = useSearchParams();
  const botId = search.get('bot') ?? '';
  const symbol = search.get('market') ?? '';
  const offset = Math.max(0, Number(search.get('offset')) || 0);
  const trades = useTrades({
    limit: LIMIT,
    offset,
    ...(botId ? { bot_id: botId } : {}),
    ...(symbol ? { symbol } : {}),
  });
  const bots = useBots({ limit: MOST_BOTS, offset: 0 });
  const symbols = [...new Set(bots.data?.items.flatMap((bot) => bot.symbols))].sort();
  const isFiltered = botId !== '' || symbol !== '';

  function narrow(name: 'bot' | 'market', value: string): void {
    const wanted = new URLSearchParams(search);
    wanted.delete('offset');
    if (value) wanted.set(name, value);
    else wanted.delete(name);
    setSearch(wanted, { replace: true });
  }

  return (
    <>
      <PageHeader title="Trades" />
      <Card
        flush
        title={
          <div className="flex flex-wrap items-center gap-2 font-normal">
            <Filter
              label="Of bot"
              all="All bots"
              value={botId}
              options={(bots.data?.items ?? []).map((bot) => ({ value: bot.id, title: bot.name }))}
              onChange={(value) => {
                narrow('bot', value);
              }}
            />
            <Filter
              label="In market"
              all="All markets"
              value={symbol}
              options={symbols.map((one) => ({ value: one, title: one }))}
              onChange={(value) => {
                narrow('market', value);
              }}
            />
            {isFiltered && (
              <Button
                variant="plain"
                size="small"
                onClick={() => {
                  setSearch({}, { replace: true });
                }}
              >
                Show all
              </Button>
            )}
          </div>
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
            shape="all"
            expected={12}
            empty={isFiltered ? <NoMatch /> : <NoTrades />}
          />
        )}
        <Pagination
          page={trades.data}
          onMove={(to) => {
            const wanted = new URLSearchParams(search);
            wanted.set('offset', String(to));
            setSearch(wanted);
          }}
        />
      </Card>
    </>
  );
}

function NoTrades() {
  return (
    <EmptyState title="No trade yet" action={<ButtonLink to="/bots">To your bots</ButtonLink>}>
      Trades appear here as your bots make them. Start one, and its page says what it is waiting for.
    </EmptyState>
  );
}

function NoMatch() {
  return <EmptyState title="No trade matches">Choose another bot or market above.</EmptyState>;
}

interface FilterProps {
  label: string;
  all: string;
  value: string;
  options: readonly { value: string; title: string }[];
  onChange: (value: string) => void;
}

function Filter({ label, all, value, options, onChange }: FilterProps) {
  const id = useId();
  return (
    <div className="w-44">
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <Select
        id={id}
        value={value}
        className="!h-7.5 !text-sm"
        onChange={(event) => {
          onChange(event.target.value);
        }}
      >
        <option value="">{all}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.title}
          </option>
        ))}
      </Select>
    </div>
  );
}
