// What the form's settings would have done lately; drawn again as the user types.
import { lazy, Suspense, useMemo } from 'react';
import { toApiError } from '../../api/errors';
import type { Preview } from '../../api/types';
import type { DrawnLine } from '../../components/LinesChart';
import { ProfitLoss } from '../../components/Figures';
import { LineLegend } from '../../components/LineLegend';
import { useRegion } from '../../components/region';
import { Skeleton } from '../../components/Skeleton';
import { Term } from '../../components/Tooltip';
import {
  formatCount,
  formatMoney,
  formatPercent,
  formatRatio,
  NOTHING,
  quoteOf,
  signOf,
  withSign,
} from '../../formatting';
import type { FormChoices } from './BotForm';
import type { BotFormValues } from './botForm';
import { daysOf, previewRequest, usePreview } from './preview';

const LinesChart = lazy(async () => ({ default: (await import('../../components/LinesChart')).LinesChart }));

interface BotPreviewProps {
  values: BotFormValues;
  choices: FormChoices;
}

export function BotPreview({ values, choices }: BotPreviewProps) {
  const request = previewRequest(values, choices.strategies, choices.keys);
  const { data, error, isFetching, isPlaceholderData } = usePreview(request);
  const days = daysOf(values.timeframe);
  return (
    <section className="rounded-lg border border-line bg-surface p-5">
      <div className="flex items-baseline justify-between gap-3">
        <h2 className="eyebrow">The last {days === 1 ? 'day' : `${String(days)} days`}</h2>
        {data && !isFetching && (
          <span className="figure text-2xs text-ink-faint">{Math.round(data.milliseconds)} ms</span>
        )}
      </div>
      {request === null ? (
        <p className="mt-3 text-sm text-ink-faint">Complete the form to see what it would have done.</p>
      ) : error ? (
        <p role="status" className="mt-3 text-sm text-ink-soft">
          {problemWords(error)}
        </p>
      ) : data ? (
        <Outcome preview={data} symbol={values.symbol} stale={isFetching || isPlaceholderData} />
      ) : (
        <div className="mt-3 grid gap-3">
          <Skeleton className="h-32" />
          <Skeleton className="h-16" />
        </div>
      )}
    </section>
  );
}

function problemWords(cause: unknown): string {
  const problem = toApiError(cause);
  return problem.details[0]?.message ?? problem.message;
}

interface OutcomeProps {
  preview: Preview;
  symbol: string;
  stale: boolean;
}

function Outcome({ preview, symbol, stale }: OutcomeProps) {
  return (
    <div className={stale ? 'opacity-60 transition-opacity' : 'transition-opacity'} aria-busy={stale}>
      {preview.candles > 0 && <Picture preview={preview} />}
      {preview.candles > 0 && <Figures preview={preview} symbol={symbol} />}
      {preview.notices.length > 0 && (
        <ul role="status" className="mt-3 space-y-1.5 border-t border-line pt-3 text-xs text-ink-faint">
          {preview.notices.map((notice) => (
            <li key={notice.code}>{notice.message}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Picture({ preview: { curve } }: { preview: Preview }) {
  const lines = useMemo(
    (): DrawnLine[] => [
      {
        name: 'Buy and hold',
        times: curve.times,
        values: growth(curve.benchmark),
        look: 1,
        dashed: true,
        unit: 'percent',
      },
      { name: 'Bot', times: curve.times, values: growth(curve.equity), look: 0, unit: 'percent' },
    ],
    [curve],
  );
  return (
    <>
      <div className="mt-3 grid h-36 *:min-w-0">
        <Suspense fallback={<Skeleton className="size-full" />}>
          <LinesChart label="Equity of the bot beside buying and holding, in per cent" lines={lines} />
        </Suspense>
      </div>
      <div className="mt-1">
        <LineLegend lines={lines} />
      </div>
    </>
  );
}

/** Values as a change in per cent since the first. */
function growth(values: readonly number[]): number[] {
  const first = values[0] ?? 1;
  return values.map((value) => (value / first - 1) * 100);
}

const SHOWN = ['benchmark_return', 'max_drawdown', 'trades', 'win_rate', 'profit_factor', 'fees'] as const;

function Figures({ preview, symbol }: { preview: Preview; symbol: string }) {
  const { locale } = useRegion();
  const metrics = new Map(preview.metrics.map((metric) => [metric.name, metric]));
  const total = metrics.get('total_return');
  const final = Number(metrics.get('final_equity')?.value ?? 0);
  const gained = total?.value == null ? 0 : final - final / (1 + Number(total.value));
  return (
    <div className="mt-3">
      <p className="flex items-baseline gap-3 text-lg font-medium">
        <ProfitLoss value={gained.toFixed(8)} currency={quoteOf(symbol)} />
        {total?.value != null && (
          <span className="figure text-sm text-ink-soft">{percent(total.value, locale)}</span>
        )}
      </p>
      <dl className="mt-2 grid grid-cols-2 gap-x-5 gap-y-1 text-sm">
        {SHOWN.map((name) => {
          const metric = metrics.get(name);
          return (
            metric && (
              <div key={name} className="flex min-w-0 items-baseline justify-between gap-2">
                <dt className="truncate text-ink-faint">
                  <Term
                    definition={metric.reason ? `${metric.definition} ${metric.reason}` : metric.definition}
                  >
                    {metric.title}
                  </Term>
                </dt>
                <dd className="figure">{text(metric, locale)}</dd>
              </div>
            )
          );
        })}
      </dl>
    </div>
  );
}

type Metric = Preview['metrics'][number];

function text({ unit, value }: Metric, locale: string): string {
  if (value == null) return NOTHING;
  if (unit === 'fraction') return formatPercent(Number(value) * 100, locale, 1);
  if (unit === 'count') return formatCount(Number(value), locale);
  return unit === 'money' ? formatMoney(value, locale) : formatRatio(value, locale);
}

function percent(value: string, locale: string): string {
  const share = Number(value) * 100;
  return signOf(share) === 0
    ? formatPercent(0, locale)
    : withSign(share, formatPercent(Math.abs(share), locale));
}
