// The parts of a form that rule a bot besides its strategy. The form holds them under `rules`.
import type { ReactNode } from 'react';
import { useFormContext, useWatch, type FieldErrors } from 'react-hook-form';
import { Field } from '../../components/Field';
import { FoldedSection, FormSection } from '../../components/FormSection';
import { Input, NumberInput, Select } from '../../components/Input';
import { hasLimits, type BotKind, type RuleValues } from './rulesForm';

interface WithRules {
  rules: RuleValues;
}

interface RuleSectionsProps {
  /** Which kinds can be chosen; with one there is nothing to choose. */
  kinds: readonly BotKind[];
  quote: string;
  /** Fields that belong beside the amount: the balance. */
  balance?: ReactNode;
}

const KIND_WORDS: Record<BotKind, string> = {
  signal: 'Signal: buys and sells when the strategy says so',
  dca: 'DCA: buys more as the price falls, sells on the average',
  grid: 'Grid: buys and sells between two prices',
};

export function RuleSections({ kinds, quote, balance }: RuleSectionsProps) {
  const rules = useWatch<WithRules, 'rules'>({ name: 'rules' });
  return (
    <>
      <FormSection title="What it risks">
        {kinds.length > 1 && <KindField kinds={kinds} />}
        <Sizing quote={quote} grid={rules.kind === 'grid'} sizing={rules.sizing} />
        {balance}
        <Percentage
          name="stop_loss_percentage"
          label="Stop loss"
          help={
            rules.kind === 'grid'
              ? 'How far the price may fall below the lowest line before everything is sold and the grid ends.'
              : 'How far the price may fall below the purchase before the bot sells to limit the loss.'
          }
        />
        <Percentage
          name="take_profit_percentage"
          label="Take profit"
          help={
            rules.kind === 'grid'
              ? 'How far the price may rise above the highest line before everything is sold and the grid ends.'
              : 'How far the price has to rise above the purchase for the bot to sell with a profit.'
          }
        />
        {rules.kind !== 'grid' && (
          <Percentage
            name="trailing_stop_percentage"
            label="Trailing stop"
            help="How far the price may fall from its highest point since the purchase before the bot sells."
          />
        )}
      </FormSection>
      {rules.kind === 'dca' && <DcaSection quote={quote} />}
      {rules.kind === 'grid' && <GridSection quote={quote} />}
      <FoldedSection title="Limits" open={hasLimits(rules)}>
        <LimitFields quote={quote} />
      </FoldedSection>
      <FoldedSection title="Trading hours" open={rules.has_window}>
        <WindowFields shown={rules.has_window} />
      </FoldedSection>
    </>
  );
}

function useRuleErrors(): FieldErrors<RuleValues> {
  const { formState } = useFormContext<WithRules>();
  return (formState.errors.rules ?? {}) as FieldErrors<RuleValues>;
}

function KindField({ kinds }: { kinds: readonly BotKind[] }) {
  const { register } = useFormContext<WithRules>();
  const errors = useRuleErrors();
  return (
    <div className="sm:col-span-2">
      <Field label="Kind of bot" error={errors.kind?.message}>
        {(input) => (
          <Select {...input} {...register('rules.kind')}>
            {kinds.map((kind) => (
              <option key={kind} value={kind}>
                {KIND_WORDS[kind]}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  );
}

function Sizing({ quote, grid, sizing }: { quote: string; grid: boolean; sizing: RuleValues['sizing'] }) {
  const { register } = useFormContext<WithRules>();
  const errors = useRuleErrors();
  if (grid)
    return (
      <Amount
        name="base_amount"
        label="Amount per line"
        quote={quote}
        help="What each line buys, in quote currency."
      />
    );
  return (
    <>
      <Field
        label="Size of a trade"
        help="A fixed amount; a share of what the bot has; or as much as loses the given share when the stop is hit."
        error={errors.sizing?.message}
      >
        {(input) => (
          <Select {...input} {...register('rules.sizing')}>
            <option value="fixed">A fixed amount</option>
            <option value="percent">A share of the equity</option>
            <option value="risk">By risk to the stop</option>
          </Select>
        )}
      </Field>
      {sizing === 'fixed' && (
        <Amount
          name="base_amount"
          label="Amount per trade"
          quote={quote}
          help="What the bot spends on one purchase, in quote currency, before the fee."
        />
      )}
      {sizing === 'percent' && (
        <Percentage
          name="equity_percentage"
          label="Share of the equity"
          required
          help="Which part of cash and position together one purchase spends."
        />
      )}
      {sizing === 'risk' && (
        <Percentage
          name="risk_per_trade"
          label="Risk per trade"
          required
          help="Which part of the equity is lost when the stop is hit; the distance to the stop sets the amount."
        />
      )}
    </>
  );
}

function DcaSection({ quote }: { quote: string }) {
  const { register } = useFormContext<WithRules>();
  const errors = useRuleErrors();
  return (
    <FormSection title="Safety orders">
      <Field label="First purchase" error={errors.dca_start?.message}>
        {(input) => (
          <Select {...input} {...register('rules.dca_start')}>
            <option value="signal">When the strategy says buy</option>
            <option value="at_once">At once, and again after every sale</option>
          </Select>
        )}
      </Field>
      <Count
        name="dca_safety_orders"
        label="Safety orders"
        required
        help="How many more purchases rest below the first one."
      />
      <Percentage
        name="dca_deviation_percentage"
        label="First distance"
        required
        help="How far below the first purchase the first safety order rests."
      />
      <Amount
        name="dca_safety_amount"
        label="First safety amount"
        quote={quote}
        optional
        help="What the first safety order spends; the amount of the first purchase where it is empty."
      />
      <Plain
        name="dca_step_scale"
        label="Step scale"
        help="Each further distance is the one before times this: 1 keeps them equal."
      />
      <Plain
        name="dca_volume_scale"
        label="Volume scale"
        help="Each further amount is the one before times this: 1 keeps them equal."
      />
    </FormSection>
  );
}

function GridSection({ quote }: { quote: string }) {
  const { register } = useFormContext<WithRules>();
  const errors = useRuleErrors();
  return (
    <FormSection title="Lines of the grid">
      <Amount
        name="grid_lower_price"
        label="Lowest price"
        quote={quote}
        help="The lowest line; below it nothing is bought."
      />
      <Amount
        name="grid_upper_price"
        label="Highest price"
        quote={quote}
        help="The highest line; above it nothing is held."
      />
      <Count
        name="grid_intervals"
        label="Intervals"
        required
        help="Into how many steps the range is cut; each holds one order."
      />
      <Field
        label="Spacing"
        error={errors.grid_spacing?.message}
        help="Equal steps in price, or equal steps in per cent."
      >
        {(input) => (
          <Select {...input} {...register('rules.grid_spacing')}>
            <option value="arithmetic">Equal in price</option>
            <option value="geometric">Equal in per cent</option>
          </Select>
        )}
      </Field>
    </FormSection>
  );
}

function LimitFields({ quote }: { quote: string }) {
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

function WindowFields({ shown }: { shown: boolean }) {
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

type TextName = {
  [Name in keyof RuleValues]: RuleValues[Name] extends string ? Name : never;
}[keyof RuleValues];

interface RuleFieldProps {
  name: TextName;
  label: string;
  help: string;
}

function Percentage({ name, label, help, required = false }: RuleFieldProps & { required?: boolean }) {
  const { register } = useFormContext<WithRules>();
  const errors = useRuleErrors();
  return (
    <Field label={label} optional={!required} help={help} error={errors[name]?.message}>
      {(input) => (
        <NumberInput
          {...input}
          {...register(`rules.${name}`)}
          unit="%"
          {...(required ? {} : { placeholder: 'none' })}
        />
      )}
    </Field>
  );
}

function Amount({
  name,
  label,
  help,
  quote,
  optional = false,
}: RuleFieldProps & { quote: string; optional?: boolean }) {
  const { register } = useFormContext<WithRules>();
  const errors = useRuleErrors();
  return (
    <Field label={label} optional={optional} help={help} error={errors[name]?.message}>
      {(input) => <NumberInput {...input} {...register(`rules.${name}`)} unit={quote} />}
    </Field>
  );
}

function Count({
  name,
  label,
  help,
  unit,
  required = false,
}: RuleFieldProps & { unit?: string; required?: boolean }) {
  const { register } = useFormContext<WithRules>();
  const errors = useRuleErrors();
  return (
    <Field label={label} optional={!required} help={help} error={errors[name]?.message}>
      {(input) => (
        <NumberInput
          {...input}
          {...register(`rules.${name}`)}
          inputMode="numeric"
          {...(unit ? { unit } : {})}
          {...(required ? {} : { placeholder: 'none' })}
        />
      )}
    </Field>
  );
}

function Plain({ name, label, help }: RuleFieldProps) {
  const { register } = useFormContext<WithRules>();
  const errors = useRuleErrors();
  return (
    <Field label={label} help={help} error={errors[name]?.message}>
      {(input) => <NumberInput {...input} {...register(`rules.${name}`)} />}
    </Field>
  );
}
