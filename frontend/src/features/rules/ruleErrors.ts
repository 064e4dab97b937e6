// What is wrong with the rules of the form around.
import { useFormContext, type FieldErrors } from 'react-hook-form';
import type { RuleValues } from './rulesForm';

/** Any form that holds rules. */
export interface WithRules {
  rules: RuleValues;
}

export function useRuleErrors(): FieldErrors<RuleValues> {
  const { formState } = useFormContext<WithRules>();
  return formState.errors.rules ?? {};
}
