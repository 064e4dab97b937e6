// The fields that a strategy's schema asks for.
import { useFormContext } from 'react-hook-form';
import { Field } from '../../components/Field';
import { Input, NumberInput, Select } from '../../components/Input';
import type { BotFormValues } from './botForm';
import type { ParameterField } from './parameters';

export function ParameterFields({ fields }: { fields: readonly ParameterField[] }) {
  const { formState } = useFormContext<BotFormValues>();
  return fields.map((field) => (
    <Field
      key={field.name}
      label={field.title}
      help={field.help}
      optional={!field.required}
      hint={hintOf(field)}
      error={formState.errors.strategy_config?.[field.name]?.message}
    >
      {(input) => <ParameterControl field={field} input={input} />}
    </Field>
  ));
}

function hintOf({ minimum, maximum }: ParameterField): string | undefined {
  return minimum !== undefined && maximum !== undefined ? `${minimum} to ${maximum}` : undefined;
}

interface ParameterControlProps {
  field: ParameterField;
  input: React.ComponentProps<'input'> & React.ComponentProps<'select'>;
}

function ParameterControl({ field, input }: ParameterControlProps) {
  const { register } = useFormContext<BotFormValues>();
  const bound = { ...input, ...register(`strategy_config.${field.name}`) };
  if (field.kind === 'choice') {
    return (
      <Select {...bound}>
        {field.options.map((option) => (
          <option key={option} value={option}>
            {OPTION_WORDS[option] ?? option}
          </option>
        ))}
      </Select>
    );
  }
  if (field.kind === 'text') return <Input {...bound} />;
  return <NumberInput {...bound} inputMode={field.kind === 'integer' ? 'numeric' : 'decimal'} />;
}

const OPTION_WORDS: Record<string, string> = { true: 'Yes', false: 'No' };
