// Limits and trading hours of a bot.
import { useFormContext } from 'react-hook-form';
import { Field } from '../../components/Field';
import { Input } from '../../components/Input';
import { Amount, Count, Percentage } from './RuleField';
import { useRuleErrors, type WithRules } from './ruleErrors';

export function LimitFields({ quote }: { quote: string }) {
  const { register } = useFormContext<WithRules>();
  return (
    <>
      <Percentage
        name="daily_loss_limit"
        label="Daily loss limit"
        help="A bot that has lost this part of its equity since midnight UTC is stopped."
      />
      <Percentage
        name="max_drawdown"
        label="Drawdown limit"
        help="A bot that has fallen this far from its highest equity is stopped."
      />
      <Count
        name="cooldown_minutes"
        label="Pause after a sale"
        unit="min"
        help="How long the bot stays out of the market after it sold."
      />
      <Count
        name="max_daily_trades"
        label="Entries a day"
        help="How many times the bot may buy in a day, UTC."
      />
      <Amount
        name="max_position_amount"
        label="Largest position"
        quote={quote}
        optional
        help="Purchases are cut to what is left of this amount."
      />
      <Count
        name="max_open_positions"
        label="Open positions"
        help="The bot buys nothing while your other bots hold this many positions. A backtest has no other bots."
      />
      <label className="flex items-center gap-2 text-sm text-ink-soft sm:col-span-2">
        <input
          type="checkbox"
          {...register('rules.close_on_breach')}
          className="size-4 accent-(--accent-fill)"
        />
        Sell what it holds when a loss limit stops it
      </label>
    </>
  );
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

export function WindowFields({ shown }: { shown: boolean }) {
  const { register } = useFormContext<WithRules>();
  const errors = useRuleErrors();
  return (
    <>
      <label className="flex items-center gap-2 text-sm text-ink-soft sm:col-span-2">
        <input type="checkbox" {...register('rules.has_window')} className="size-4 accent-(--accent-fill)" />
        Buy at certain hours only; it sells at any time
      </label>
      {shown && (
        <>
          <fieldset className="sm:col-span-2">
            <legend className="mb-1.5 text-sm font-medium text-ink-soft">Days</legend>
            <div className="flex flex-wrap gap-x-4 gap-y-2">
              {DAYS.map((day, index) => (
                <label key={day} className="flex items-center gap-1.5 text-sm text-ink-soft">
                  <input
                    type="checkbox"
                    {...register(`rules.window_days.${index}`)}
                    className="size-4 accent-(--accent-fill)"
                  />
                  {day}
                </label>
              ))}
            </div>
            {errors.window_days && (
              <p role="alert" className="mt-1.5 text-xs text-attention">
                {messageOf(errors.window_days)}
              </p>
            )}
          </fieldset>
          <Field label="From" error={errors.window_start?.message}>
            {(input) => <Input {...input} {...register('rules.window_start')} type="time" />}
          </Field>
          <Field label="To" error={errors.window_end?.message} hint="00:00 is the end of the day.">
            {(input) => <Input {...input} {...register('rules.window_end')} type="time" />}
          </Field>
          <Field label="Time zone" error={errors.window_timezone?.message}>
            {(input) => (
              <>
                <Input
                  {...input}
                  {...register('rules.window_timezone')}
                  list="time-zones"
                  autoComplete="off"
                />
                <datalist id="time-zones">
                  {ZONES.map((zone) => (
                    <option key={zone} value={zone} />
                  ))}
                </datalist>
              </>
            )}
          </Field>
        </>
      )}
    </>
  );
}

const ZONES: readonly string[] = ['UTC', ...Intl.supportedValuesOf('timeZone')];

function messageOf(error: object): string {
  const told = (error as { message?: unknown }).message;
  if (typeof told === 'string') return told;
  const inner = (error as { root?: { message?: string } }).root?.message;
  return inner ?? 'Choose at least one day.';
}
