// With whose money a bot trades: play money, a sandbox's, or the real thing.
import type { Bot } from '../../api/types';
import { Badge } from '../../components/Status';
import { useApiKeys, useExchanges } from '../exchanges/queries';

export function AccountBadge({ bot }: { bot: Bot }) {
  const keys = useApiKeys().data?.items;
  const exchanges = useExchanges().data;
  if (bot.is_paper_trading) return <Badge>Paper</Badge>;
  const testnet = keys?.find((key) => key.id === bot.api_key_id)?.is_testnet;
  const sandbox = exchanges?.find((exchange) => exchange.id === bot.exchange)?.is_sandbox;
  return testnet || sandbox ? <Badge>Sandbox</Badge> : <Badge tone="accent">Real money</Badge>;
}
