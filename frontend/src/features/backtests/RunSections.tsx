// The part of the form that says what is tested: the market, the time frame and the period.
import { Controller, useFormContext, useWatch } from 'react-hook-form';
import type { Exchange, Holding } from '../../api/types';
import { Field } from '../../components/Field';
import { FormSection } from '../../components/FormSection';
import { Input, Select } from '../../components/Input';
import { timeframeInWords } from '../../formatting';
import { storedMarkets, testableTimeframes, TIMEFRAMES } from '../candles/coverage';
import { MarketPicker } from '../exchanges/MarketPicker';
import { useMarkets } from '../exchanges/queries';
import type { RunFormValues } from './backtestForm';
import { PeriodFields } from './PeriodFields';

const ELSEWHERE = 'elsewhere';

interface MarketSectionProps {
  holdings: readonly Holding[];
  exchanges: readonly Exchange[];
  /** "Bitcoin trend, 2024" */
  placeholder: string;
}

export function MarketSection({ holdings, exchanges, placeholder }: MarketSectionProps) {
  const { register, setValue, formState } = useFormContext<RunFormValues>();
  const [elsewhere, exchange, symbol] = useWatch<RunFormValues, ['elsewhere', 'exchange', 'symbol']>({
    name: ['elsewhere', 'exchange', 'symbol'],
  });
  const { errors } = formState;
  const markets = storedMarkets(holdings);
  const known = testableTimeframes(holdings, { exchange, symbol });

  function choose(chosen: string): void {
    setValue('elsewhere', chosen === ELSEWHERE);
    if (chosen === ELSEWHERE) {
      if (!exchanges.some((one) => one.id === exchange)) setValue('exchange', exchanges[0]?.id ?? '');
      return;
    }
    const market = markets.find((one) => `${one.exchange} ${one.symbol}` === chosen);
    if (!market) return;
    setValue('exchange', market.exchange);
    setValue('symbol', market.symbol, { shouldValidate: true });
    const frames = testableTimeframes(holdings, market);
    const [first] = frames;
    if (first) setValue('timeframe', frames.find((one) => one === '1h') ?? first);
  }

  return (
    <FormSection title="What is tested">
      <div className="sm:col-span-2">
        <Field label="Name" optional error={errors.name?.message}>
          {(input) => <Input {...input} {...register('name')} autoComplete="off" placeholder={placeholder} />}
        </Field>
      </div>
      <Field
        label="Market"
        help="Markets of which candles are stored. Any other market of an exchange can be downloaded."
        error={elsewhere ? undefined : errors.symbol?.message}
      >
        {(input) => (
          <Select
            {...input}
            value={elsewhere ? ELSEWHERE : `${exchange} ${symbol}`}
            onChange={(event) => {
              choose(event.target.value);
            }}
          >
            {markets.map((market) => (
              <option
                key={`${market.exchange} ${market.symbol}`}
                value={`${market.exchange} ${market.symbol}`}
              >
                {market.symbol} · {market.exchangeName}
              </option>
            ))}
            <option value={ELSEWHERE}>Another market …</option>
          </Select>
        )}
      </Field>
      <Field
        label="Time frame"
        help="The length of a candle. The strategy decides each time one closes. Longer candles are made of shorter stored ones."
        error={errors.timeframe?.message}
      >
        {(input) => (
          <Select {...input} {...register('timeframe')}>
            {TIMEFRAMES.map((timeframe) => (
              <option key={timeframe} value={timeframe}>
                {timeframeInWords(timeframe)}
                {known.length > 0 && !known.includes(timeframe) ? ' (not stored)' : ''}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {elsewhere && <OtherMarket exchanges={exchanges} />}
      <PeriodFields holdings={holdings} exchanges={exchanges} />
    </FormSection>
  );
}

function OtherMarket({ exchanges }: { exchanges: readonly Exchange[] }) {
  const { register, control, formState } = useFormContext<RunFormValues>();
  const exchange = useWatch<RunFormValues, 'exchange'>({ name: 'exchange' });
  const markets = useMarkets(exchanges.some((one) => one.id === exchange) ? exchange : '');
  const { errors } = formState;
  return (
    <>
      <Field label="Exchange" error={errors.exchange?.message}>
        {(input) => (
          <Select {...input} {...register('exchange')}>
            {exchanges.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field
        label="Its market"
        error={errors.symbol?.message}
        hint={
          markets.isError
            ? 'The exchange does not tell its markets just now; write one such as BTC/USDT.'
            : undefined
        }
      >
        {(input) => (
          <Controller
            control={control}
            name="symbol"
            render={({ field }) => (
              <MarketPicker
                {...input}
                ref={field.ref}
                markets={markets.data ?? []}
                value={field.value}
                onChange={field.onChange}
                onBlur={field.onBlur}
              />
            )}
          />
        )}
      </Field>
    </>
  );
}
