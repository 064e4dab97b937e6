// Which kind of bot the rules are for.
import { useFormContext } from 'react-hook-form';
import { Field } from '../../components/Field';
import { Select } from '../../components/Input';
import { useRuleErrors, type WithRules } from './ruleErrors';
import type { BotKind } from './rulesForm';

const KIND_WORDS: Record<BotKind, string> = {
  signal: 'Signal: buys and sells when the strategy says so',
  dca: 'DCA: buys more as the price falls, sells on the average',
  grid: 'Grid: buys and sells between two prices',
};

export function KindField({ kinds }: { kinds: readonly BotKind[] }) {
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
