// The fields that a strategy's schema asks for.
import { useFormContext } from 'react-hook-form';
import { Field, type ControlProps } from '../../components/Field';
import { Input, NumberInput, Select, TextArea } from '../../components/Input';
import type { ParameterField, ParameterTexts } from './parameters';

/** Any form that holds a strategy's parameters. */
interface WithParameters {
  strategy_config: ParameterTexts;
}

export function ParameterFields({ fields }: { fields: readonly ParameterField[] }) {
  const { formState } = useFormContext<WithParameters>();
  return fields.map((field) => (
    <div key={field.name} className={field.kind === 'structure' ? 'min-w-0 sm:col-span-2' : 'min-w-0'}>
      <Field
        label={field.title}
        help={field.help}
        optional={!field.required}
        hint={hintOf(field)}
        error={formState.errors.strategy_config?.[field.name]?.message}
      >
        {(input) => <ParameterControl field={field} input={input} />}
      </Field>
    </div>
  ));
}

function hintOf({ minimum, maximum }: ParameterField): string | undefined {
  return minimum !== undefined && maximum !== undefined ? `${minimum} to ${maximum}` : undefined;
}

interface ParameterControlProps {
  field: ParameterField;
  input: ControlProps;
}

function ParameterControl({ field, input }: ParameterControlProps) {
  const { register } = useFormContext<WithParameters>();
  const bound = { ...input, ...register(`strategy_config.${field.name}`) };
  if (field.kind === 'choice') {
    return (
      <Select {...bound}>
        {field.options.map((option) => (
          <option key={option} value={option}>
            {field.titles[option] ?? option}
          </option>
        ))}
      </Select>
    );
  }
  if (field.kind === 'structure') {
    return (
      <TextArea
        {...bound}
        rows={Math.min(18, field.initial.split('\n').length)}
        spellCheck={false}
        className="font-mono text-xs leading-5"
      />
    );
  }
  if (field.kind === 'text') return <Input {...bound} />;
  return <NumberInput {...bound} inputMode={field.kind === 'integer' ? 'numeric' : 'decimal'} />;
}
