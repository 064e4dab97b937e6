// The parts of a form that rule a bot besides its strategy. The form holds them under `rules`.
import type { ReactNode } from 'react';
import { useFormContext, useWatch } from 'react-hook-form';
import { Field } from '../../components/Field';
import { FoldedSection, FormSection } from '../../components/FormSection';
import { Select } from '../../components/Input';
import { Amount, Count, Percentage, Plain } from './RuleField';
import { KindField } from './KindField';
import { useRuleErrors, type WithRules } from './ruleErrors';
import { LimitFields, WindowFields } from './RuleLimits';
import { hasLimits, type BotKind, type RuleValues } from './rulesForm';

interface RuleSectionsProps {
  /** Which kinds can be chosen; with one there is nothing to choose. */
  kinds: readonly BotKind[];
  quote: string;
  /** Fields that belong beside the amount: the balance. */
  balance?: ReactNode;
}

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
