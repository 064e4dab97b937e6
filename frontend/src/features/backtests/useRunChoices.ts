// What the forms of backtests and optimisations let one choose from, and the run that they may begin with.
import { useLocation, useSearchParams } from 'react-router';
import type { Exchange, Holding, Strategy } from '../../api/types';
import { useStrategies } from '../bots/queries';
import { useHoldings } from '../candles/queries';
import { useExchanges } from '../exchanges/queries';
import { emptyRun, originOf, runFrom, type Origin, type RunFormValues } from './backtestForm';
import { useBacktest } from './queries';

export interface RunChoices {
  strategies: readonly Strategy[];
  exchanges: readonly Exchange[];
  holdings: readonly Holding[];
}

interface Loading {
  choices: RunChoices | null;
  initial: RunFormValues | null;
  error: Error | null;
  isFetching: boolean;
  retry: () => void;
}

/** What is handed over by another page: a run's settings, and a trial's combination to change them by. */
export interface HandedOver {
  origin: Origin;
  changes?: Record<string, unknown>;
}

export function useRunChoices(): Loading {
  const [search] = useSearchParams();
  const handed = handedOver(useLocation().state);
  const from = handed ? '' : (search.get('from') ?? '');
  const { choices, ...loading } = useChoices();
  const backtest = useBacktest(from);
  const origin = handed?.origin ?? (backtest.data ? originOf(backtest.data) : null);
  if (!choices || (from !== '' && !origin)) {
    return {
      ...loading,
      choices: null,
      initial: null,
      error: loading.error ?? backtest.error,
      retry: () => {
        loading.retry();
        if (backtest.isError) void backtest.refetch();
      },
    };
  }
  const { strategies, holdings } = choices;
  const initial = origin
    ? runFrom(origin, strategies, holdings, handed?.changes)
    : emptyRun(strategies, holdings);
  return { ...loading, choices, initial, error: null };
}

function useChoices(): Omit<Loading, 'initial'> {
  const strategies = useStrategies();
  const exchanges = useExchanges();
  const holdings = useHoldings();
  const queries = [strategies, exchanges, holdings];
  const complete = strategies.data && exchanges.data && holdings.data;
  return {
    choices: complete
      ? { strategies: strategies.data, exchanges: exchanges.data, holdings: holdings.data }
      : null,
    error: queries.find((query) => query.error)?.error ?? null,
    isFetching: queries.some((query) => query.isFetching),
    retry: () => {
      for (const query of queries) if (query.isError) void query.refetch();
    },
  };
}

function handedOver(state: unknown): HandedOver | null {
  if (typeof state !== 'object' || state === null || !('origin' in state)) return null;
  return state as HandedOver;
}
