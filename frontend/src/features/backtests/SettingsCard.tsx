// With which settings the run was made, and what makes it repeatable.
import type { OneBacktest } from '../../api/types';
import { Card } from '../../components/Card';
import { Moment } from '../../components/Figures';
import { useRegion } from '../../components/region';
import { Term } from '../../components/Tooltip';
import { formatCount, formatDuration, NOTHING } from '../../formatting';
import { useStrategies } from '../bots/queries';
import { settingsOf } from './settingWords';

export function SettingsCard({ backtest, candles }: { backtest: OneBacktest; candles: number | undefined }) {
  const { locale } = useRegion();
  const { data: strategies } = useStrategies();
  return (
    <Card title="Settings and reproducibility">
      <dl className="grid gap-x-6 text-sm sm:grid-cols-2">
        {settingsOf(backtest.configuration, strategies).map(({ name, title, text }) => (
          <div key={name} className="flex min-h-7 items-baseline justify-between gap-4">
            <dt className="text-ink-faint">{title}</dt>
            <dd className="min-w-0 text-right break-words">{text}</dd>
          </div>
        ))}
      </dl>
      <dl className="mt-4 space-y-1.5 border-t border-line pt-3 text-xs">
        <Hash
          title="Candles"
          definition="A fingerprint of every candle that the run read. Other candles give another one."
          value={backtest.data_hash}
        />
        <Hash
          title="Code"
          definition="The version of the trading core. The same candles and the same code give the same result."
          value={backtest.code_version}
        />
        <Hash
          title="Result"
          definition="A fingerprint of everything that came out. Repeat the run and compare."
          value={backtest.result_hash}
        />
      </dl>
      <p className="mt-3 text-xs text-ink-faint">
        {candles !== undefined && `${formatCount(candles, locale)} candles`}
        {backtest.started_at && backtest.finished_at && (
          <> in {tookWords(backtest.started_at, backtest.finished_at, locale)}</>
        )}
        , finished <Moment at={backtest.finished_at} />.
      </p>
    </Card>
  );
}

function tookWords(from: string, to: string, locale: string): string {
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000;
  return seconds < 10 ? `${seconds.toFixed(1)} s` : formatDuration(seconds, locale);
}

function Hash({ title, definition, value }: { title: string; definition: string; value: string | null }) {
  return (
    <div className="flex items-baseline justify-between gap-4">
      <dt className="text-ink-faint">
        <Term definition={definition}>{title}</Term>
      </dt>
      <dd className="min-w-0 truncate font-mono text-ink-soft select-all" title={value ?? undefined}>
        {value ?? NOTHING}
      </dd>
    </div>
  );
}
