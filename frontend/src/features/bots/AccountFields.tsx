// Whose money the bot trades: play money, or an account at an exchange.
import { useFormContext, useWatch } from 'react-hook-form';
import { Link } from 'react-router';
import type { ApiKey, Exchange } from '../../api/types';
import { Field } from '../../components/Field';
import { Select } from '../../components/Input';
import type { FormChoices } from './BotForm';
import type { BotFormValues } from './botForm';

const WAYS = [
  { value: 'paper', title: 'Paper trading', text: 'Live prices, play money. Nothing can be lost.' },
  { value: 'live', title: 'Live trading', text: 'Orders go to your account at an exchange.' },
] as const;

export function AccountFields({ choices }: { choices: FormChoices }) {
  const { register, formState } = useFormContext<BotFormValues>();
  const tradesOn = useWatch<BotFormValues, 'tradesOn'>({ name: 'tradesOn' });
  return (
    <>
      <div className="grid gap-2 sm:col-span-2 sm:grid-cols-2">
        {WAYS.map((way) => (
          <label
            key={way.value}
            className="cursor-pointer rounded-md border border-control-edge px-3.5 py-2.5 transition-colors hover:border-ink-faint has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <span className="flex items-center gap-2 font-medium">
              <input type="radio" value={way.value} {...register('tradesOn')} className="accent-accent" />
              {way.title}
            </span>
            <span className="mt-0.5 block pl-5.5 text-xs text-ink-faint">{way.text}</span>
          </label>
        ))}
        {formState.errors.tradesOn && (
          <p role="alert" className="text-xs text-attention sm:col-span-2">
            {formState.errors.tradesOn.message}
          </p>
        )}
      </div>
      <div className="sm:col-span-2">
        {tradesOn === 'live' ? (
          <KeyField keys={choices.keys} exchanges={choices.exchanges} />
        ) : (
          <ExchangeField exchanges={choices.exchanges} />
        )}
      </div>
    </>
  );
}

function ExchangeField({ exchanges }: { exchanges: readonly Exchange[] }) {
  const { register, formState } = useFormContext<BotFormValues>();
  return (
    <Field label="Exchange" help="Whose prices the bot trades on." error={formState.errors.exchange?.message}>
      {(input) => (
        <Select {...input} {...register('exchange')}>
          {exchanges.map((exchange) => (
            <option key={exchange.id} value={exchange.id}>
              {exchange.name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

interface KeyFieldProps {
  keys: readonly ApiKey[];
  exchanges: readonly Exchange[];
}

function KeyField({ keys, exchanges }: KeyFieldProps) {
  const { register, formState } = useFormContext<BotFormValues>();
  const usable = keys.filter((key) => key.trades_live);
  const nameOf = (id: string) => exchanges.find((exchange) => exchange.id === id)?.name ?? id;
  return (
    <Field
      label="Exchange account"
      error={formState.errors.api_key_id?.message}
      hint={
        usable.length === 0 && (
          <>
            {keys.length === 0
              ? 'No account is connected yet. '
              : 'None of your keys may trade: one is refused, or it is not certain that it cannot withdraw. '}
            <Link to="/exchange-keys" className="text-accent underline underline-offset-4">
              {keys.length === 0 ? 'Add an exchange key' : 'See your exchange keys'}
            </Link>{' '}
            and come back; what you typed stays.
          </>
        )
      }
    >
      {(input) => (
        <Select {...input} {...register('api_key_id')}>
          <option value="">Choose an account</option>
          {usable.map((key) => (
            <option key={key.id} value={key.id}>
              {key.label} · {nameOf(key.exchange)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
