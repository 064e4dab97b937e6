// One rule as a field of the form.
import { useFormContext } from 'react-hook-form';
import { Field } from '../../components/Field';
import { NumberInput } from '../../components/Input';
import type { RuleValues } from './rulesForm';
import { useRuleErrors, type WithRules } from './ruleErrors';

type TextName = {
  [Name in keyof RuleValues]: RuleValues[Name] extends string ? Name : never;
}[keyof RuleValues];

interface RuleFieldProps {
  name: TextName;
  label: string;
  help: string;
}

export function Percentage({ name, label, help, required = false }: RuleFieldProps & { required?: boolean }) {
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

export function Amount({
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

export function Count({
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

export function Plain({ name, label, help }: RuleFieldProps) {
  const { register } = useFormContext<WithRules>();
  const errors = useRuleErrors();
  return (
    <Field label={label} help={help} error={errors[name]?.message}>
      {(input) => <NumberInput {...input} {...register(`rules.${name}`)} />}
    </Field>
  );
}
