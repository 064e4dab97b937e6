// The form of a backtest.
import { zodResolver } from '@hookform/resolvers/zod';
import { useMemo } from 'react';
import { FormProvider, useForm, useWatch } from 'react-hook-form';
import { showProblem } from '../../api/serverErrors';
import { Button, ButtonLink } from '../../components/Button';
import { FormProblem } from '../../components/Field';
import { quoteOf } from '../../formatting';
import { RuleSections } from '../rules/RuleSections';
import { runField, runSchema, type RunFormValues } from './backtestForm';
import { BalanceField, CostsSection } from './CostsSection';
import { MarketSection } from './RunSections';
import { StrategySection } from '../bots/StrategySection';
import type { RunChoices } from './useRunChoices';

interface BacktestFormProps {
  initial: RunFormValues;
  choices: RunChoices;
  onSubmit: (values: RunFormValues) => Promise<void>;
}

export function BacktestForm({ initial, choices, onSubmit }: BacktestFormProps) {
  const { strategies, holdings, exchanges } = choices;
  const resolver = useMemo(() => zodResolver(runSchema(strategies)), [strategies]);
  const form = useForm<RunFormValues>({ resolver, mode: 'onTouched', defaultValues: initial });
  const { handleSubmit, setError, getValues, control, formState } = form;
  const symbol = useWatch({ control, name: 'symbol' });

  const submit = handleSubmit(async (values) => {
    try {
      await onSubmit(values);
    } catch (cause) {
      showProblem(cause, setError, (name) => runField(name, getValues()));
    }
  });

  return (
    <FormProvider {...form}>
      <form noValidate onSubmit={submit} className="grid max-w-230 gap-4 *:min-w-0">
        <MarketSection holdings={holdings} exchanges={exchanges} placeholder="Bitcoin trend, last year" />
        <StrategySection strategies={strategies} />
        <RuleSections kinds={['signal', 'dca', 'grid']} quote={quoteOf(symbol)} balance={<BalanceField />} />
        <CostsSection />
        <FormProblem message={formState.errors.root?.server?.message} />
        <div className="flex gap-2">
          <Button type="submit" variant="primary" busy={formState.isSubmitting}>
            Run the backtest
          </Button>
          <ButtonLink to="/backtests" variant="plain">
            Cancel
          </ButtonLink>
        </div>
      </form>
    </FormProvider>
  );
}
