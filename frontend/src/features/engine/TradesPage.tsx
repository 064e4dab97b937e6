// All trades of all bots, by bot and market; the filter is part of the address.
import { useId } from 'react';
import { useSearchParams } from 'react-router';
import { Button, ButtonLink } from '../../components/Button';
import { Card } from '../../components/Card';
import { EmptyState } from '../../components/EmptyState';
import { ErrorState } from '../../components/ErrorState';
import { ExportCsv } from '../../components/ExportCsv';
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
  const { bot, market, offset } = narrowingOf(search);
  const filter = { ...(bot ? { bot_id: bot } : {}), ...(market ? { symbol: market } : {}) };
  const trades = useTrades({ limit: LIMIT, offset, ...filter });
  return (
    <>
      <PageHeader
        title="Trades"
        actions={trades.data?.total ? <ExportCsv path="/trades" filter={filter} name="trades" /> : undefined}
      />
      <Card flush title={<Filters search={search} onChange={setSearch} />}>
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
            empty={bot || market ? <NoMatch /> : <NoTrades />}
          />
        )}
        <Pagination
          page={trades.data}
          onMove={(to) => {
            setSearch({ ...Object.fromEntries(search), offset: String(to) });
          }}
        />
      </Card>
    </>
  );
}

function narrowingOf(search: URLSearchParams) {
  return {
    bot: search.get('bot') ?? '',
    market: search.get('market') ?? '',
    offset: Math.max(0, Number(search.get('offset')) || 0),
  };
}

interface FiltersProps {
  search: URLSearchParams;
  onChange: (search: Record<string, string>, options: { replace: boolean }) => void;
}

function Filters({ search, onChange }: FiltersProps) {
  const bots = useBots({ limit: MOST_BOTS, offset: 0 }).data?.items ?? [];
  const { bot, market } = narrowingOf(search);
  const markets = [...new Set(bots.flatMap((one) => one.symbols))].sort();

  function narrow(wanted: { bot: string; market: string }): void {
    onChange(Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== '')), {
      replace: true,
    });
  }

  return (
    <div className="flex flex-wrap items-center gap-2 font-normal">
      <Filter
        label="Of bot"
        all="All bots"
        value={bot}
        options={bots.map((one) => ({ value: one.id, title: one.name }))}
        onChange={(value) => {
          narrow({ bot: value, market });
        }}
      />
      <Filter
        label="In market"
        all="All markets"
        value={market}
        options={markets.map((one) => ({ value: one, title: one }))}
        onChange={(value) => {
          narrow({ bot, market: value });
        }}
      />
      {(bot || market) && (
        <Button
          variant="plain"
          size="small"
          onClick={() => {
            narrow({ bot: '', market: '' });
          }}
        >
          Show all
        </Button>
      )}
    </div>
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
