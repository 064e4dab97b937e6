// How the bot is set, at a glance.
import type { Bot } from '../../api/types';
import { Card } from '../../components/Card';
import { Money } from '../../components/Figures';
import { useRegion } from '../../components/region';
import { quoteOf, timeframeInWords } from '../../formatting';
import { useApiKeys, useExchanges } from '../exchanges/queries';
import { KIND_NAMES, asksStrategy } from '../rules/rulesForm';
import { ruleRows } from '../rules/ruleRows';
import { useStrategies } from './queries';
import { parameterWords } from './words';

export function BotSettings({ bot }: { bot: Bot }) {
  const { locale } = useRegion();
  const currency = quoteOf(bot.symbols[0] ?? '');
  const strategy = useStrategies().data?.find((one) => one.name === bot.strategy);
  const asked = asksStrategy(bot);
  return (
    <Card title="Settings">
      {bot.description && <p className="mb-3 text-sm text-ink-soft">{bot.description}</p>}
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-sm [&>dd]:text-right [&>dt]:text-ink-faint [&>dt]:first-letter:uppercase">
        <dt>account</dt>
        <dd>
          <AccountName bot={bot} />
        </dd>
        <dt>{bot.is_paper_trading ? 'paper balance' : 'money it may use'}</dt>
        <dd>
          <Money value={bot.paper_balance} currency={currency} />
        </dd>
        {!bot.is_paper_trading && bot.kind !== 'grid' && (
          <>
            <dt>stop</dt>
            <dd>{bot.stop_on_exchange ? 'Rests at the exchange' : 'Watched here'}</dd>
          </>
        )}
        <dt>kind</dt>
        <dd>{KIND_NAMES[bot.kind]}</dd>
        {asked && (
          <>
            <dt>strategy</dt>
            <dd>{strategy?.title ?? bot.strategy}</dd>
          </>
        )}
        {(asked ? parameterWords(bot, strategy) : []).map(({ title, value }) => (
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
