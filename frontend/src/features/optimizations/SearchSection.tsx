// How it is searched: method, objective, effort.
import { useFormContext, useWatch } from 'react-hook-form';
import type { SearchMethod, Strategy } from '../../api/types';
import { Field } from '../../components/Field';
import { FormSection } from '../../components/FormSection';
import { NumberInput, Select } from '../../components/Input';
import { useRegion } from '../../components/region';
import { formatCount } from '../../formatting';
import { counted, type SearchFormValues } from './optimizationForm';
import { RangeFields } from './RangeFields';
import { METHODS, OBJECTIVES } from './words';

export function SearchSection({ strategies }: { strategies: readonly Strategy[] }) {
  const { register, formState } = useFormContext<SearchFormValues>();
  const [method, objective] = useWatch<SearchFormValues, ['method', 'objective']>({
    name: ['method', 'objective'],
  });
  const { errors } = formState;
  return (
    <FormSection title="What is searched">
      <Field label="Method" hint={METHODS[method].help} error={errors.method?.message}>
        {(input) => (
          <Select {...input} {...register('method')}>
            {Object.entries(METHODS).map(([name, { title }]) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Objective" hint={OBJECTIVES[objective].help} error={errors.objective?.message}>
        {(input) => (
          <Select {...input} {...register('objective')}>
            {Object.entries(OBJECTIVES).map(([name, { title }]) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <RangeFields strategies={strategies} />
      <Effort method={method} />
      <Count strategies={strategies} />
    </FormSection>
  );
}

function Effort({ method }: { method: SearchMethod }) {
  const { register, formState } = useFormContext<SearchFormValues>();
  const { errors } = formState;
  return (
    <>
      {method !== 'grid' && (
        <Field
          label="Trials"
          help="How many combinations are tried at most; of a walk-forward, in each fold."
          error={errors.trials?.message}
        >
          {(input) => <NumberInput {...input} {...register('trials')} inputMode="numeric" />}
        </Field>
      )}
      <Field
        label="Fewest trades"
        help="Combinations with fewer trades are not compared: few trades are luck."
        error={errors.minimum_trades?.message}
      >
        {(input) => <NumberInput {...input} {...register('minimum_trades')} inputMode="numeric" />}
      </Field>
      {method === 'walk_forward' && (
        <>
          <Field
            label="Folds"
            help="How many times it searches and tests, one step further each time."
            error={errors.folds?.message}
          >
            {(input) => <NumberInput {...input} {...register('folds')} inputMode="numeric" />}
          </Field>
          <Field
            label="Search part"
            help="How much of each step is for the search; the rest is for the test."
            error={errors.train_percentage?.message}
          >
            {(input) => <NumberInput {...input} {...register('train_percentage')} unit="%" />}
          </Field>
          <Field
            label="Window"
            help="Rolling: each search sees the same length of time. Anchored: each sees everything before its test."
            error={errors.window?.message}
          >
            {(input) => (
              <Select {...input} {...register('window')}>
                <option value="rolling">Rolling</option>
                <option value="anchored">Anchored at the beginning</option>
              </Select>
            )}
          </Field>
        </>
      )}
    </>
  );
}

const LARGEST_GRID = 200_000;

function Count({ strategies }: { strategies: readonly Strategy[] }) {
  const { locale } = useRegion();
  const values = useWatch<SearchFormValues>() as SearchFormValues;
  const { all, tried } = counted(values, strategies);
  const isTooLarge = values.method === 'grid' && all > LARGEST_GRID;
  return (
    <p role="status" className="text-sm text-ink-soft sm:col-span-2">
      {all === 0 ? (
        'Tick what is to be varied and give its range.'
      ) : (
        <>
          <span className="figure font-medium text-ink">{formatCount(all, locale)}</span>{' '}
          {all === 1 ? 'combination' : 'combinations'}
          {tried < all && (
            <>
              , of which <span className="figure text-ink">{formatCount(tried, locale)}</span> are tried
              {values.method === 'walk_forward' && ' in each fold'}
            </>
          )}
          . <span className="text-ink-faint">Those that the strategy refuses are left out.</span>{' '}
          {isTooLarge && (
            <span className="text-attention">
              That is too many for a grid: use larger steps, or search at random.
            </span>
          )}
          {!isTooLarge && all > 1000 && (
            <span className="text-ink-faint">
              The more are tried, the better the best one looks by luck alone.
            </span>
          )}
        </>
      )}
    </p>
  );
}
