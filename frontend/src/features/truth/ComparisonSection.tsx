// Two courses against each other: where their difference comes from, and the trades behind it.
import type { TruthComparison } from '../../api/types';
import { ProfitLoss } from '../../components/Figures';
import { useRegion } from '../../components/region';
import { Term } from '../../components/Tooltip';
import { formatDuration, formatSeconds, signOf } from '../../formatting';
import { PairsTable } from './PairsTable';
import { delayOf, lengthOfDifference, partsOf } from './parts';
import { MODE_WORDS } from './words';

interface ComparisonSectionProps {
  comparison: TruthComparison;
  quote: string;
  base: string;
}

export function ComparisonSection({ comparison, quote, base }: ComparisonSectionProps) {
  const expected = MODE_WORDS[comparison.expected];
  const actual = MODE_WORDS[comparison.actual];
  const title = `${actual} beside ${expected.toLowerCase()}`;
  return (
    <section aria-label={title}>
      <div className="p-4">
        <h3 className="text-sm font-semibold">{title}</h3>
        <p className="mt-0.5 text-sm text-ink-faint">
          What {actual.toLowerCase()} earned more or less than {expected.toLowerCase()}, by where it comes
          from.
        </p>
        <dl className="mt-3 max-w-3xl text-sm">
          {partsOf(comparison).map((part) => (
            <Row key={part.name} {...part} quote={quote} />
          ))}
          <div className="mt-1 border-t border-line-strong pt-1 font-medium">
            <Row
              title="Difference"
              definition="The sum of the parts above."
              value={comparison.difference}
              length={lengthOfDifference(comparison)}
              quote={quote}
            />
          </div>
        </dl>
        {comparison.pairs.some((pair) => delayOf(pair) !== null) && (
          <Delay seconds={comparison.average_delay_seconds} actual={actual} />
        )}
      </div>
      <div className="border-t border-line">
        <PairsTable comparison={comparison} quote={quote} base={base} />
      </div>
    </section>
  );
}

interface RowProps {
  title: string;
  definition: string;
  value: string;
  length: number;
  quote: string;
}

function Row({ title, definition, value, length, quote }: RowProps) {
  return (
    <div className="grid grid-cols-[7.5rem_minmax(0,1fr)_auto] items-center gap-3 py-1">
      <dt className="text-ink-soft">
        <Term definition={definition}>{title}</Term>
      </dt>
      <dd aria-hidden className="grid h-2.5 grid-cols-2">
        <Half value={value} length={length} side={-1} />
        <Half value={value} length={length} side={1} />
      </dd>
      <dd className="min-w-28 text-right">
        <ProfitLoss value={value} currency={quote} />
      </dd>
    </div>
  );
}

/** One side of the middle line: losses grow to the left, gains to the right. */
function Half({ value, length, side }: { value: string; length: number; side: -1 | 1 }) {
  const edge = side < 0 ? 'justify-end border-r border-line-strong' : '';
  const look = side < 0 ? 'rounded-l-sm bg-loss' : 'rounded-r-sm bg-profit';
  return (
    <span className={`flex ${edge}`}>
      {signOf(value) === side && (
        <span className={look} style={{ width: `${String(Math.max(length * 100, 1))}%` }} />
      )}
    </span>
  );
}

function Delay({ seconds, actual }: { seconds: number; actual: string }) {
  const { locale } = useRegion();
  const size = Math.abs(seconds);
  const length = size < 60 ? formatSeconds(size, locale) : formatDuration(size, locale);
  return (
    <p className="mt-3 text-sm text-ink-soft">
      {size === 0
        ? 'Trades of both happened at the same moments.'
        : `${actual} traded ${length} ${seconds > 0 ? 'later' : 'earlier'} on average.`}
    </p>
  );
}
