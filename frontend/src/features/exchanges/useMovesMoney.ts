// Whether a bot trades an account that is neither on paper nor on a test network nor the sandbox.
import type { Bot } from '../../api/types';
import { useApiKeys, useExchanges } from './queries';

export function useMovesMoney(bot: Pick<Bot, 'is_paper_trading' | 'api_key_id' | 'exchange'>): boolean {
  const keys = useApiKeys().data?.items;
  const exchanges = useExchanges().data;
  if (bot.is_paper_trading) return false;
  const key = keys?.find((one) => one.id === bot.api_key_id);
  const exchange = exchanges?.find((one) => one.id === bot.exchange);
  return !(key?.is_testnet ?? false) && !(exchange?.is_sandbox ?? false);
}
