// What the bot form lets one choose from; it is drawn when all of it is there.
import { useApiKeys, useExchanges } from '../exchanges/queries';
import type { FormChoices } from './BotForm';
import { useStrategies } from './queries';

interface Loading {
  choices: FormChoices | null;
  error: Error | null;
  isFetching: boolean;
  retry: () => void;
}

export function useFormChoices(): Loading {
  const strategies = useStrategies();
  const exchanges = useExchanges();
  const keys = useApiKeys();
  const queries = [strategies, exchanges, keys];
  const complete = strategies.data && exchanges.data && keys.data;
  return {
    choices: complete
      ? { strategies: strategies.data, exchanges: exchanges.data, keys: keys.data.items }
      : null,
    error: complete ? null : (queries.find((query) => query.error)?.error ?? null),
    isFetching: queries.some((query) => query.isFetching),
    retry: () => {
      for (const query of queries) if (query.isError) void query.refetch();
    },
  };
}
