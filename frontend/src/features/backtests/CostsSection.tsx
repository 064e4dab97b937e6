// What trading costs, and the balance it begins with.
import { useFormContext, useWatch } from 'react-hook-form';
import { Field } from '../../components/Field';
import { FormSection } from '../../components/FormSection';
import { NumberInput } from '../../components/Input';
import { quoteOf } from '../../formatting';
import type { RunFormValues } from './backtestForm';

export function BalanceField() {
  const { register, formState } = useFormContext<RunFormValues>();
  const symbol = useWatch<RunFormValues, 'symbol'>({ name: 'symbol' });
  return (
    <Field
      label="Initial balance"
      help="The play money that the run begins with, in quote currency."
      error={formState.errors.initial_balance?.message}
    >
      {(input) => <NumberInput {...input} {...register('initial_balance')} unit={quoteOf(symbol)} />}
    </Field>
  );
}

const COSTS = [
  {
    name: 'fee_rate',
    label: 'Taker fee',
    help: 'What the exchange charges for an order that is filled at once, in per cent of its amount.',
    optional: false,
  },
  {
    name: 'maker_fee_rate',
    label: 'Maker fee',
    help: 'What it charges for an order that rested, as those of a grid and safety orders do. Empty: the taker fee.',
    optional: true,
  },
  {
    name: 'slippage',
    label: 'Slippage',
    help: 'How much worse than the candle’s price a market order is filled, in per cent.',
    optional: false,
  },
  {
    name: 'spread',
    label: 'Spread',
    help: 'The whole distance between buying and selling price, in per cent; each side pays half of it.',
    optional: false,
  },
] as const;

export function CostsSection() {
  const { register, formState } = useFormContext<RunFormValues>();
  return (
    <FormSection title="What trading costs">
      {COSTS.map(({ name, label, help, optional }) => (
        <Field
          key={name}
          label={label}
          help={help}
          optional={optional}
          error={formState.errors[name]?.message}
        >
          {(input) => <NumberInput {...input} {...register(name)} unit="%" />}
        </Field>
      ))}
    </FormSection>
  );
}
