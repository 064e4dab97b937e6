// The preview of what is in the form: asked for a moment after the last key, with the last answer kept in sight.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryKeys } from '../../api/queryKeys';
import type { ApiKey, Preview, PreviewRequest, Strategy } from '../../api/types';
import { useSettled } from '../../components/useSettled';
import { timeframeInSeconds } from '../../formatting';
import { toRules } from '../rules/rulesForm';
import { botSchema, type BotFormValues } from './botForm';
import { fieldsOf, toConfig } from './parameters';

const WHILE_FETCHED = 2500;

/** What is asked for, or null while the form cannot be run. The account does not matter to a preview. */
export function previewRequest(
  values: BotFormValues,
  strategies: readonly Strategy[],
  keys: readonly ApiKey[],
): PreviewRequest | null {
  const runnable: BotFormValues = { ...values, name: 'preview', tradesOn: 'paper', description: '' };
  if (!botSchema(strategies).safeParse(runnable).success) return null;
  const strategy = strategies.find((one) => one.name === values.strategy);
  const ofKey = keys.find((key) => key.id === values.api_key_id)?.exchange;
  return {
    exchange: (values.tradesOn === 'live' ? ofKey : undefined) ?? values.exchange,
    symbol: values.symbol.trim(),
    timeframe: values.timeframe as PreviewRequest['timeframe'],
    strategy: values.strategy,
    strategy_config: toConfig(fieldsOf(strategy), values.strategy_config),
    initial_balance: values.paper_balance.trim(),
    days: daysOf(values.timeframe),
    ...toRules(values.rules),
  };
}

/** Ninety days; of seconds that would be millions of candles. */
export function daysOf(timeframe: string): number {
  return timeframeInSeconds(timeframe) < 60 ? 1 : 90;
}

export function usePreview(request: PreviewRequest | null) {
  const wanted = useSettled(request);
  return useQuery({
    queryKey: queryKeys.preview(wanted),
    queryFn: () => api.post<Preview>('/bots/preview', wanted ?? {}),
    enabled: wanted !== null,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
    refetchInterval: (query) =>
      query.state.data?.notices.some((notice) => notice.code === 'downloading') ? WHILE_FETCHED : false,
  });
}
