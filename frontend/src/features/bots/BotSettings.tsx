// How the bot is set, at a glance.
import type { Bot } from '../../api/types';
import { Card } from '../../components/Card';
import { useRegion } from '../../components/region';
import { quoteOf, timeframeInWords } from '../../formatting';
import { useApiKeys, useExchanges } from '../exchanges/queries';
import { ruleRows } from '../rules/ruleRows';
import { useStrategies } from './queries';
import { parameterWords } from './words';

export function BotSettings({ bot }: { bot: Bot }) {
  const { locale } = useRegion();
  const currency = quoteOf(bot.symbols[0] ?? '');
  const strategy = useStrategies().data?.find((one) => one.name === bot.strategy);
  return (
    <Card title="Settings">
      {bot.description && <p className="mb-3 text-sm text-ink-soft">{bot.description}</p>}
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-sm [&>dd]:text-right [&>dt]:text-ink-faint [&>dt]:first-letter:uppercase">
        <dt>account</dt>
        <dd>
          <AccountName bot={bot} />
        </dd>
        <dt>strategy</dt>
        <dd>{strategy?.title ?? bot.strategy}</dd>
        {parameterWords(bot, strategy).map(({ title, value }) => (
          <div
            key={title}
            className="contents [&>dd]:text-right [&>dt]:text-ink-faint [&>dt]:first-letter:uppercase"
          >
            <dt>{title}</dt>
            <dd className="figure">{value}</dd>
          </div>
        ))}
        <dt>time frame</dt>
        <dd>{timeframeInWords(bot.timeframe)}</dd>
        {ruleRows(bot, currency, locale).map(({ title, value }) => (
          <div
            key={title}
            className="contents [&>dd]:text-right [&>dt]:text-ink-faint [&>dt]:first-letter:uppercase"
          >
            <dt>{title}</dt>
            <dd className="figure">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

function AccountName({ bot }: { bot: Bot }) {
  const exchanges = useExchanges().data;
  const keys = useApiKeys().data?.items;
  const exchange = exchanges?.find((one) => one.id === bot.exchange)?.name ?? bot.exchange;
  if (bot.is_paper_trading) {
    return <>Paper, prices of {exchange}</>;
  }
  const key = keys?.find((one) => one.id === bot.api_key_id);
  return <>{key ? `${key.label}, ${exchange}` : exchange}</>;
}
