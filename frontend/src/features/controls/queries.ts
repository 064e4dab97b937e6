// What reads whether a bot may go live.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryKeys } from '../../api/queryKeys';
import type { PromotionCheck } from '../../api/types';
import { isMoney } from './goLiveValues';

/** The checklist for this account and this much money; asked for again whenever one of them changes. */
export function useChecklist(botId: string, keyId: string, money: string) {
  return useQuery({
    queryKey: queryKeys.checklist(botId, keyId, money),
    queryFn: ({ signal }) =>
      api.get<PromotionCheck[]>(
        `/bots/${botId}/promote`,
        { api_key_id: keyId, paper_balance: money.trim() },
        signal,
      ),
    enabled: keyId !== '' && isMoney(money),
    placeholderData: keepPreviousData,
  });
}
