// Which strategy decides, and its parameters; for any form that holds both.
import { useRef } from 'react';
import { useFormContext, useWatch } from 'react-hook-form';
import type { Strategy } from '../../api/types';
import { Field } from '../../components/Field';
import { FormSection } from '../../components/FormSection';
import { Select } from '../../components/Input';
import { fieldsOf, initialTexts, type ParameterTexts } from './parameters';
import { ParameterFields } from './ParameterFields';

interface WithStrategy {
  strategy: string;
  strategy_config: ParameterTexts;
}

export function StrategySection({ strategies }: { strategies: readonly Strategy[] }) {
  const { register, setValue, getValues, formState } = useFormContext<WithStrategy>();
  const name = useWatch<WithStrategy, 'strategy'>({ name: 'strategy' });
  const strategy = strategies.find((one) => one.name === name);
  const typed = useRef(new Map<string, ParameterTexts>());

  function changeParameters(chosen: string): void {
    // What was typed for the strategy before stays with it, for when it is chosen again.
    typed.current.set(name, { ...getValues('strategy_config') });
    const wanted = fieldsOf(strategies.find((one) => one.name === chosen));
    setValue('strategy_config', { ...initialTexts(wanted), ...typed.current.get(chosen) });
  }

  return (
    <FormSection title="How it decides">
      <div className="sm:col-span-2">
        <Field label="Strategy" error={formState.errors.strategy?.message} hint={strategy?.summary}>
          {(input) => (
            <Select
              {...input}
              {...register('strategy', {
                onChange: (event: { target: { value: string } }) => {
                  changeParameters(event.target.value);
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
      <ParameterFields fields={fieldsOf(strategy)} />
    </FormSection>
  );
}
