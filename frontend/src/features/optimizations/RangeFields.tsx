// Which parameters are varied, and over what.
import { useFormContext, useWatch } from 'react-hook-form';
import type { Strategy } from '../../api/types';
import { NumberInput } from '../../components/Input';
import { useRegion } from '../../components/region';
import { formatCount } from '../../formatting';
import type { SearchFormValues } from './optimizationForm';
import { candidatesOf, valuesIn, type Candidate, type RangeTexts } from './ranges';

export function RangeFields({ strategies }: { strategies: readonly Strategy[] }) {
  const name = useWatch<SearchFormValues, 'strategy'>({ name: 'strategy' });
  const candidates = candidatesOf(strategies.find((one) => one.name === name));
  const groups = [
    { title: 'Parameters of the strategy', items: candidates.filter((one) => !one.isRule) },
    { title: 'Rules', items: candidates.filter((one) => one.isRule) },
  ].filter((group) => group.items.length > 0);
  return (
    <div className="grid min-w-0 gap-5 sm:col-span-2">
      {groups.map((group) => (
        <div key={group.title} className="min-w-0">
          <p className="mb-2 text-sm font-medium text-ink-soft">{group.title}</p>
          <ul className="divide-y divide-line rounded-md border border-line">
            {group.items.map((candidate) => (
              <li key={candidate.name} className="px-3 py-2.5">
                <RangeRow candidate={candidate} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}

function RangeRow({ candidate }: { candidate: Candidate }) {
  const { register, formState } = useFormContext<SearchFormValues>();
  const { locale } = useRegion();
  const range = useWatch<SearchFormValues, `ranges.${string}`>({ name: `ranges.${candidate.name}` }) as
    RangeTexts | undefined;
  const error = formState.errors.ranges?.[candidate.name]?.low?.message;
  // The strategy was changed just now; its ranges follow.
  if (!range) return null;
  const count = valuesIn(candidate, range);
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <label className="flex min-h-7 min-w-44 flex-1 items-center gap-2 text-sm">
          <input
            type="checkbox"
            {...register(`ranges.${candidate.name}.vary`)}
            className="size-4 accent-(--accent-fill)"
          />
          {candidate.title}
        </label>
        {range.vary && candidate.options.length === 0 && (
          <div className="grid grid-cols-3 gap-2 max-sm:w-full">
            <RangeInput
              name={`ranges.${candidate.name}.low`}
              label={`${candidate.title}: lowest`}
              unit="from"
            />
            <RangeInput
              name={`ranges.${candidate.name}.high`}
              label={`${candidate.title}: highest`}
              unit="to"
            />
            <RangeInput
              name={`ranges.${candidate.name}.step`}
              label={`${candidate.title}: step`}
              unit="step"
            />
          </div>
        )}
        {range.vary && candidate.options.length > 0 && (
          <div className="flex flex-wrap gap-x-4 gap-y-1">
            {candidate.options.map((option) => (
              <label key={option.value} className="flex items-center gap-1.5 text-sm text-ink-soft">
                <input
                  type="checkbox"
                  value={option.value}
                  {...register(`ranges.${candidate.name}.choices`)}
                  className="size-4 accent-(--accent-fill)"
                />
                {option.title}
              </label>
            ))}
          </div>
        )}
        {range.vary && (
          <span className="figure w-20 text-right text-xs text-ink-faint max-sm:w-full max-sm:text-left">
            {formatCount(count, locale)} {count === 1 ? 'value' : 'values'}
          </span>
        )}
      </div>
      {error && (
        <p role="alert" className="mt-1.5 text-xs text-attention">
          {error}
        </p>
      )}
    </>
  );
}

interface RangeInputProps {
  name: `ranges.${string}.${'low' | 'high' | 'step'}`;
  label: string;
  unit: string;
}

function RangeInput({ name, label, unit }: RangeInputProps) {
  const { register } = useFormContext<SearchFormValues>();
  return (
    <div className="sm:w-28">
      <NumberInput aria-label={label} {...register(name)} unit={unit} className="!h-8 !pr-11" />
    </div>
  );
}
