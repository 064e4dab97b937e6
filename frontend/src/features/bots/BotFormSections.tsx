// The parts of the bot form.
import { Controller, useFormContext, useWatch } from 'react-hook-form';
import { ErrorState } from '../../components/ErrorState';
import { Field } from '../../components/Field';
import { FormSection } from '../../components/FormSection';
import { Input, NumberInput, Select, TextArea } from '../../components/Input';
import { quoteOf, timeframeInWords } from '../../formatting';
import { MarketPicker } from '../exchanges/MarketPicker';
import { useMarkets } from '../exchanges/queries';
import { RuleSections } from '../rules/RuleSections';
import { AccountFields } from './AccountFields';
import type { FormChoices } from './BotForm';
import type { BotFormValues } from './botForm';

export function IdentitySection() {
  const { register, formState } = useFormContext<BotFormValues>();
  const { errors } = formState;
  return (
    <FormSection title="The bot">
      <Field label="Name" error={errors.name?.message}>
        {(input) => <Input {...input} {...register('name')} autoComplete="off" placeholder="Bitcoin trend" />}
      </Field>
      <Field label="Description" optional error={errors.description?.message}>
        {(input) => (
          <TextArea {...input} {...register('description')} rows={1} className="min-h-9 resize-y" />
        )}
      </Field>
    </FormSection>
  );
}

/** The exchange whose markets the bot can trade: the chosen one on paper, the key's for a live bot. */
function useChosenExchange({ exchanges, keys }: FormChoices): string {
  const [tradesOn, exchange, keyId] = useWatch<BotFormValues, ['tradesOn', 'exchange', 'api_key_id']>({
    name: ['tradesOn', 'exchange', 'api_key_id'],
  });
  const ofKey = keys.find((key) => key.id === keyId)?.exchange;
  return (tradesOn === 'live' ? ofKey : exchange) ?? exchanges[0]?.id ?? '';
}

export function MarketSection({ choices }: { choices: FormChoices }) {
  const { register, control, formState } = useFormContext<BotFormValues>();
  const exchange = useChosenExchange(choices);
  const markets = useMarkets(exchange);
  const timeframes = choices.exchanges.find((one) => one.id === exchange)?.timeframes ?? [];
  const { errors } = formState;
  return (
    <FormSection title="Where it trades">
      <AccountFields choices={choices} />
      <Field
        label="Market"
        help="The pair that is traded: BTC/USDT buys and sells Bitcoin for Tether."
        error={errors.symbol?.message}
        hint={markets.isPending ? 'Loading the markets of the exchange …' : undefined}
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
      <Field
        label="Time frame"
        help="The length of a candle. The bot decides each time one closes: shorter means more decisions and more fees."
        error={errors.timeframe?.message}
      >
        {(input) => (
          <Select {...input} {...register('timeframe')}>
            {timeframes.map((timeframe) => (
              <option key={timeframe} value={timeframe}>
                {timeframeInWords(timeframe)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {markets.isError && (
        <div className="rounded-md border border-line sm:col-span-2">
          <ErrorState
            title="The markets could not be loaded"
            cause={markets.error}
            onRetry={() => void markets.refetch()}
            retrying={markets.isFetching}
          />
        </div>
      )}
    </FormSection>
  );
}

export function MoneySection() {
  const { register, formState } = useFormContext<BotFormValues>();
  const [symbol, tradesOn] = useWatch<BotFormValues, ['symbol', 'tradesOn']>({
    name: ['symbol', 'tradesOn'],
  });
  const currency = quoteOf(symbol);
  return (
    <RuleSections
      kinds={['signal']}
      quote={currency}
      balance={
        tradesOn === 'paper' ? (
          <Field
            label="Paper balance"
            help="The play money that the bot begins with."
            error={formState.errors.paper_balance?.message}
          >
            {(input) => <NumberInput {...input} {...register('paper_balance')} unit={currency} />}
          </Field>
        ) : null
      }
    />
  );
}
