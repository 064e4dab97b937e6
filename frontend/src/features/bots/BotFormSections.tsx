// The parts of the bot form.
import { Controller, useFormContext, useWatch } from 'react-hook-form';
import type { Strategy } from '../../api/types';
import { Checkbox } from '../../components/Checkbox';
import { ErrorState } from '../../components/ErrorState';
import { Field } from '../../components/Field';
import { FormSection } from '../../components/FormSection';
import { Input, NumberInput, Select, TextArea } from '../../components/Input';
import { quoteOf, timeframeInWords } from '../../formatting';
import { MarketPicker } from '../exchanges/MarketPicker';
import { useMarkets } from '../exchanges/queries';
import { KindField } from '../rules/KindField';
import { asksStrategy, toRules } from '../rules/rulesForm';
import { RuleSections } from '../rules/RuleSections';
import { AccountFields } from './AccountFields';
import type { FormChoices } from './BotForm';
import type { BotFormValues } from './botForm';
import { StrategySection } from './StrategySection';

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

export function KindSection({ strategies }: { strategies: readonly Strategy[] }) {
  const rules = useWatch<BotFormValues, 'rules'>({ name: 'rules' });
  const asked = asksStrategy(toRules(rules));
  return (
    <>
      <FormSection title="How it works">
        <KindField kinds={['signal', 'dca', 'grid']} />
        {!asked && (
          <p className="text-sm text-ink-faint sm:col-span-2">
            {rules.kind === 'grid'
              ? 'It buys and sells at the lines of its grid; no strategy decides.'
              : 'It buys at once, and again after every sale; no strategy decides.'}
          </p>
        )}
      </FormSection>
      {asked && <StrategySection strategies={strategies} />}
    </>
  );
}

export function MoneySection() {
  const { register, formState } = useFormContext<BotFormValues>();
  const [symbol, tradesOn, kind] = useWatch<BotFormValues, ['symbol', 'tradesOn', 'rules.kind']>({
    name: ['symbol', 'tradesOn', 'rules.kind'],
  });
  const currency = quoteOf(symbol);
  const words = MONEY_WORDS[tradesOn];
  return (
    <RuleSections
      // The kind is chosen above, beside the strategy.
      kinds={[kind]}
      quote={currency}
      balance={
        <>
          <Field label={words.label} help={words.help} error={formState.errors.paper_balance?.message}>
            {(input) => <NumberInput {...input} {...register('paper_balance')} unit={currency} />}
          </Field>
          {tradesOn === 'live' && kind !== 'grid' && <RestingStop />}
        </>
      }
    />
  );
}

const MONEY_WORDS = {
  paper: { label: 'Paper balance', help: 'The play money that the bot begins with.' },
  live: {
    label: 'Money it may use',
    help: 'The bot’s share of the account, in quote currency. It never spends more than this and what it earned with it.',
  },
} as const;

function RestingStop() {
  const { register, formState } = useFormContext<BotFormValues>();
  return (
    <Checkbox
      label="Leave the stop at the exchange"
      detail="It goes on working when this platform does not, but the coins are bound by it, and in a fall it may fill late or not at all."
      error={formState.errors.stop_on_exchange?.message}
      className="sm:col-span-2"
      {...register('stop_on_exchange')}
    />
  );
}
