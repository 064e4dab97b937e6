// The parts of the bot form.
import { Controller, useFormContext, useWatch } from 'react-hook-form';
import type { Strategy } from '../../api/types';
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
import { fieldsOf, initialTexts } from './parameters';
import { ParameterFields } from './ParameterFields';

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

export function StrategySection({ strategies }: { strategies: readonly Strategy[] }) {
  const { register, setValue, getValues, formState } = useFormContext<BotFormValues>();
  const name = useWatch<BotFormValues, 'strategy'>({ name: 'strategy' });
  const strategy = strategies.find((one) => one.name === name);
  const fields = fieldsOf(strategy);

  function keepParameters(chosen: string): void {
    const wanted = fieldsOf(strategies.find((one) => one.name === chosen));
    // What was typed for another strategy stays, for when it is chosen again.
    setValue('strategy_config', { ...initialTexts(wanted), ...getValues('strategy_config') });
  }

  return (
    <FormSection title="How it decides">
      <div className="sm:col-span-2">
        <Field label="Strategy" error={formState.errors.strategy?.message} hint={strategy?.summary}>
          {(input) => (
            <Select
              {...input}
              {...register('strategy', {
                onChange: (event: { target: { value: string } }) => {
                  keepParameters(event.target.value);
                },
              })}
            >
              {strategies.map((one) => (
                <option key={one.name} value={one.name}>
                  {one.title}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <ParameterFields fields={fields} />
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
