// All bots: what state they are in, what they brought, and starting and stopping them where they stand.
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { BotStatus } from '../../api/types';
import { ButtonLink } from '../../components/Button';
import { Card } from '../../components/Card';
import { Choice } from '../../components/Choice';
import { EmptyState } from '../../components/EmptyState';
import { ErrorState } from '../../components/ErrorState';
import { Input } from '../../components/Input';
import { PageHeader } from '../../components/PageHeader';
import { Pagination } from '../../components/Pagination';
import { PanicButton } from '../controls/PanicButton';
import { BotsTable } from './BotsTable';
import { useBots, type BotFilter } from './queries';

type StatusFilter = BotStatus | 'all';

const STATUSES: readonly { value: StatusFilter; title: string }[] = [
  { value: 'all', title: 'All' },
  { value: 'running', title: 'Running' },
  { value: 'paused', title: 'Paused' },
  { value: 'stopped', title: 'Stopped' },
  { value: 'error', title: 'Error' },
  { value: 'stopped_by_risk', title: 'Stopped by risk' },
];

const LIMIT = 50;

export function BotsPage() {
  const [search, setSearch] = useSearchParams();
  const [words, setWords] = useState('');
  const status = STATUSES.find((one) => one.value === search.get('status'))?.value ?? 'all';
  const offset = Math.max(0, Number(search.get('offset')) || 0);
  const filter: BotFilter = { limit: LIMIT, offset, ...(status === 'all' ? {} : { status }) };
  const bots = useBots(filter);
  const shown = bots.data?.items.filter((bot) => matches(`${bot.name} ${bot.symbols.join(' ')}`, words));
  const hasNone = bots.data?.total === 0 && status === 'all';

  return (
    <>
      <PageHeader
        title="Bots"
        actions={
          <>
            <PanicButton />
            <ButtonLink to="/bots/new" variant="primary">
              New bot
            </ButtonLink>
          </>
        }
      />
      <Card
        flush
        title={
          <Choice
            label="State"
            options={STATUSES}
            value={status}
            onChange={(chosen) => {
              setSearch(chosen === 'all' ? {} : { status: chosen }, { replace: true });
            }}
          />
        }
        aside={
          <Input
            type="search"
            aria-label="Find on this page"
            placeholder="Find by word"
            value={words}
            onChange={(event) => {
              setWords(event.target.value);
            }}
            className="!h-7.5 max-w-48 !text-sm"
          />
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
          <BotsTable bots={shown} empty={hasNone ? <NoBots /> : <NoMatch />} />
        )}
        <Pagination
          page={bots.data}
          onMove={(to) => {
            setSearch({ ...Object.fromEntries(search), offset: String(to) });
          }}
        />
      </Card>
    </>
  );
}

function matches(text: string, words: string): boolean {
  return text.toLowerCase().includes(words.trim().toLowerCase());
}

function NoBots() {
  return (
    <EmptyState
      title="You have no bots yet"
      action={
        <ButtonLink to="/bots/new" variant="primary">
          Create a bot
        </ButtonLink>
      }
    >
      A bot watches one market and trades by one strategy. On paper it needs no exchange account.
    </EmptyState>
  );
}

function NoMatch() {
  return <EmptyState title="No bot matches">Choose another state above, or clear the word.</EmptyState>;
}
