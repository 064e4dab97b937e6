// Wanting an optimisation, from nothing, from a backtest or from one that was made before.
import { zodResolver } from '@hookform/resolvers/zod';
import { useEffect, useMemo } from 'react';
import { FormProvider, useForm, useWatch, type Resolver } from 'react-hook-form';
import { useLocation, useNavigate } from 'react-router';
import type { OneOptimization } from '../../api/types';
import { showProblem } from '../../api/serverErrors';
import { Button, ButtonLink } from '../../components/Button';
import { FormProblem } from '../../components/Field';
import { PageHeader } from '../../components/PageHeader';
import { quoteOf } from '../../formatting';
import { BalanceField, CostsSection } from '../backtests/CostsSection';
import { MarketSection } from '../backtests/RunSections';
import { StrategySection } from '../bots/StrategySection';
import { useRunChoices, type RunChoices } from '../backtests/useRunChoices';
import { FormSkeleton } from '../bots/FormSkeleton';
import { RuleSections } from '../rules/RuleSections';
import { useCreateOptimization } from './commands';
import {
  rangesFor,
  searchAgain,
  searchField,
  searchOf,
  searchSchema,
  toOptimization,
  type SearchFormValues,
} from './optimizationForm';
import { rangesFrom } from './ranges';
import { SearchSection } from './SearchSection';

export function NewOptimizationPage() {
  const { choices, initial, error, isFetching, retry } = useRunChoices();
  const location = useLocation();
  const before = searchedBefore(location.state);
  const form = choices && initial && searchOf(initial, choices.strategies);
  return (
    <>
      <PageHeader
        title="New optimisation"
        below="Tries many settings over the same candles. The best of many always looks good; the result says how far that is luck."
      />
      {choices && form ? (
        <SearchForm
          key={location.key}
          choices={choices}
          initial={before ? searchAgain(form, before, rangesFrom(before.search.ranges)) : form}
        />
      ) : (
        <FormSkeleton error={error} retrying={isFetching} onRetry={retry} />
      )}
    </>
  );
}

type Before = Pick<OneOptimization, 'method' | 'objective' | 'search'>;

/** What an optimisation's page hands over. */
function searchedBefore(state: unknown): Before | null {
  if (typeof state !== 'object' || state === null || !('before' in state)) return null;
  return state.before as Before;
}

function SearchForm({ choices, initial }: { choices: RunChoices; initial: SearchFormValues }) {
  const { strategies, holdings, exchanges } = choices;
  const create = useCreateOptimization();
  const navigate = useNavigate();
  const resolver = useMemo(
    () => zodResolver(searchSchema(strategies)) as unknown as Resolver<SearchFormValues>,
    [strategies],
  );
  const form = useForm<SearchFormValues>({ resolver, mode: 'onTouched', defaultValues: initial });
  const { handleSubmit, setError, setValue, getValues, control, formState } = form;
  const [symbol, strategy] = useWatch({ control, name: ['symbol', 'strategy'] });

  useEffect(() => {
    // Another strategy has other parameters; ranges of the same name stay.
    setValue('ranges', { ...rangesFor(getValues(), strategies), ...getValues('ranges') });
  }, [strategy, strategies, setValue, getValues]);

  const submit = handleSubmit(async (values) => {
    try {
      const made = await create.mutateAsync(toOptimization(values, strategies));
      await navigate(`/optimizations/${made.id}`);
    } catch (cause) {
      showProblem(cause, setError, (name) => searchField(name, getValues()));
    }
  });

  return (
    <FormProvider {...form}>
      <form noValidate onSubmit={submit} className="grid max-w-230 gap-4 *:min-w-0">
        <MarketSection holdings={holdings} exchanges={exchanges} placeholder="Bitcoin trend, which periods" />
        <StrategySection strategies={strategies} />
        <SearchSection strategies={strategies} />
        <RuleSections kinds={['signal', 'dca', 'grid']} quote={quoteOf(symbol)} balance={<BalanceField />} />
        <CostsSection />
        <FormProblem message={formState.errors.root?.server?.message} />
        <div className="flex gap-2">
          <Button type="submit" variant="primary" busy={formState.isSubmitting}>
            Start the search
          </Button>
          <ButtonLink to="/optimizations" variant="plain">
            Cancel
          </ButtonLink>
        </div>
      </form>
    </FormProvider>
  );
}
