// The parts of the bot form.
import type { ReactNode } from 'react';
import { Controller, useFormContext, useWatch } from 'react-hook-form';
import type { Strategy } from '../../api/types';
import { ErrorState } from '../../components/ErrorState';
import { Field } from '../../components/Field';
import { Input, NumberInput, Select, TextArea } from '../../components/Input';
import { quoteOf, timeframeInWords } from '../../formatting';
import { MarketPicker } from '../exchanges/MarketPicker';
import { useMarkets } from '../exchanges/queries';
import { AccountFields } from './AccountFields';
import type { FormChoices } from './BotForm';
import type { BotFormValues } from './botForm';
import { fieldsOf, initialTexts } from './parameters';
import { ParameterFields } from './ParameterFields';

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="min-w-0 rounded-lg border border-line bg-surface px-5 pb-5">
      <legend className="eyebrow -ml-1 px-1">{title}</legend>
      <div className="grid gap-5 pt-2 sm:grid-cols-2">{children}</div>
    </fieldset>
  );
}

export function IdentitySection() {
  const { register, formState } = useFormContext<BotFormValues>();
  const { errors } = formState;
  return (
    <Section title="The bot">
      <Field label="Name" error={errors.name?.message}>
        {(input) => <Input {...input} {...register('name')} autoComplete="off" placeholder="Bitcoin trend" />}
      </Field>
      <Field label="Description" optional error={errors.description?.message}>
        {(input) => (
          <TextArea {...input} {...register('description')} rows={1} className="min-h-9 resize-y" />
        )}
      </Field>
    </Section>
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
    <Section title="Where it trades">
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
    </Section>
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
    <Section title="How it decides">
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
    </Section>
  );
}

export function MoneySection() {
  const { register, formState } = useFormContext<BotFormValues>();
  const [symbol, tradesOn] = useWatch<BotFormValues, ['symbol', 'tradesOn']>({
    name: ['symbol', 'tradesOn'],
  });
  const currency = quoteOf(symbol);
  const { errors } = formState;
  return (
    <Section title="What it risks">
      <Field
        label="Amount per trade"
        help="What the bot spends on one purchase, in quote currency, before the fee."
        error={errors.base_amount?.message}
      >
        {(input) => <NumberInput {...input} {...register('base_amount')} unit={currency} />}
      </Field>
      {tradesOn === 'paper' ? (
        <Field
          label="Paper balance"
          help="The play money that the bot begins with."
          error={errors.paper_balance?.message}
        >
          {(input) => <NumberInput {...input} {...register('paper_balance')} unit={currency} />}
        </Field>
      ) : (
        <div className="max-sm:hidden" />
      )}
      <Field
        label="Stop loss"
        optional
        help="How far the price may fall below the purchase before the bot sells to limit the loss."
        error={errors.stop_loss_percentage?.message}
      >
        {(input) => (
          <NumberInput {...input} {...register('stop_loss_percentage')} unit="%" placeholder="none" />
        )}
      </Field>
      <Field
        label="Take profit"
        optional
        help="How far the price has to rise above the purchase for the bot to sell with a profit."
        error={errors.take_profit_percentage?.message}
      >
        {(input) => (
          <NumberInput {...input} {...register('take_profit_percentage')} unit="%" placeholder="none" />
        )}
      </Field>
    </Section>
  );
}
