// The period that is tested, with what of it is stored.
import { useFormContext, useWatch } from 'react-hook-form';
import type { Exchange, Holding } from '../../api/types';
import { Button } from '../../components/Button';
import { Field } from '../../components/Field';
import { Input } from '../../components/Input';
import { useRegion } from '../../components/region';
import { formatCount } from '../../formatting';
import { coverage, coveredCandles, lastDays, secondsOf } from '../candles/coverage';
import { DownloadPanel } from '../candles/DownloadPanel';
import { PeriodBar } from '../candles/PeriodBar';
import type { RunFormValues } from './backtestForm';

const QUICK: readonly { title: string; days: number | null }[] = [
  { title: '30 days', days: 30 },
  { title: '90 days', days: 90 },
  { title: '1 year', days: 365 },
  { title: 'All', days: null },
];

export function PeriodFields({
  holdings,
  exchanges,
}: {
  holdings: readonly Holding[];
  exchanges: readonly Exchange[];
}) {
  const { register, setValue, formState } = useFormContext<RunFormValues>();
  const { locale } = useRegion();
  const [exchange, symbol, timeframe, start, end] = useWatch<
    RunFormValues,
    ['exchange', 'symbol', 'timeframe', 'start', 'end']
  >({ name: ['exchange', 'symbol', 'timeframe', 'start', 'end'] });
  const { errors } = formState;
  const ranges = coverage(holdings, { exchange, symbol }, timeframe);
  const [from, to] = [secondsOf(start), secondsOf(end)];
  const chosen = from !== null && to !== null ? { from, to } : null;
  const candles = chosen ? coveredCandles(ranges, chosen, timeframe) : 0;
  const isFetchable = exchanges.some((one) => one.id === exchange);

  return (
    <>
      <Field label="From" help="The first day, from midnight UTC." error={errors.start?.message}>
        {(input) => <Input {...input} {...register('start')} type="date" />}
      </Field>
      <Field
        label="To"
        help="The test ends before this day begins, at midnight UTC."
        error={errors.end?.message}
      >
        {(input) => <Input {...input} {...register('end')} type="date" />}
      </Field>
      <div className="grid min-w-0 gap-3 sm:col-span-2">
        {ranges.length > 0 && (
          <div className="flex flex-wrap items-center gap-2">
            <span className="text-xs text-ink-faint">The last</span>
            {QUICK.map(({ title, days }) => (
              <Button
                key={title}
                size="small"
                onClick={() => {
                  const period = lastDays(ranges, days);
                  if (!period) return;
                  setValue('start', period.start, { shouldValidate: true });
                  setValue('end', period.end, { shouldValidate: true });
                }}
              >
                {title}
              </Button>
            ))}
            <span className="ml-auto text-xs text-ink-faint">
              about <span className="figure">{formatCount(candles, locale)}</span> candles
            </span>
          </div>
        )}
        <PeriodBar ranges={ranges} chosen={chosen} />
        {candles === 0 && isFetchable && symbol !== '' && (
          <DownloadPanel
            key={`${exchange} ${symbol} ${timeframe}`}
            exchange={exchange}
            symbol={symbol}
            timeframe={timeframe}
            start={start}
            end={end}
          />
        )}
      </div>
    </>
  );
}
