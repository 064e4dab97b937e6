// Other courses that the same trades could have taken.
import { useState } from 'react';
import type { Bands } from '../../api/types';
import { BandChart } from '../../components/BandChart';
import { Card } from '../../components/Card';
import { Choice } from '../../components/Choice';
import { useRegion } from '../../components/region';
import { Term } from '../../components/Tooltip';
import { formatCount, formatMoney, formatPercent, formatShare } from '../../formatting';

const METHODS = {
  shuffle: {
    title: 'Other order',
    definition:
      'The same trades in many random orders. The end is the same; how deep it falls on the way is not. A deep fall in many orders means the real one was lucky.',
  },
  bootstrap: {
    title: 'Drawn again',
    definition:
      'As many trades, drawn at random from those that were made, with repeats. It shows how far the result hangs on a few of them.',
  },
} as const;

export function MonteCarloCard({ drawn, balance }: { drawn: readonly Bands[]; balance: number }) {
  const [method, setMethod] = useState<Bands['method']>('bootstrap');
  const { locale } = useRegion();
  const bands = drawn.find((one) => one.method === method) ?? drawn[0];
  if (!bands) return null;
  const quantile = (index: number) => formatPercent((bands.quantiles[index] ?? 0) * 100, locale, 0);
  return (
    <Card
      title={<Term definition={METHODS[bands.method].definition}>Monte Carlo</Term>}
      aside={
        <Choice
          label="Method"
          options={drawn.map((one) => ({ value: one.method, title: METHODS[one.method].title }))}
          value={bands.method}
          onChange={setMethod}
        />
      }
    >
      <BandChart
        label={`Equity in ${bands.runs} courses by quantile, after each trade`}
        steps={bands.steps}
        bands={bands.bands}
        level={balance}
        stepTitle="trades"
      />
      <p className="mt-2 text-xs text-ink-faint">
        {formatCount(bands.runs, locale)} courses. The wide band holds {quantile(0)} to{' '}
        {quantile(bands.quantiles.length - 1)} of them, the narrow one the middle half; the line is the
        median, the dashes the balance.
      </p>
      <div className="mt-3 overflow-x-auto">
        <table aria-label="Quantiles" className="w-full text-xs">
          <thead>
            <tr className="text-ink-faint">
              <th scope="col" className="py-1 pr-3 text-left font-normal">
                Quantile
              </th>
              {bands.quantiles.map((share, index) => (
                <th key={share} scope="col" className="figure px-2 py-1 text-right font-normal">
                  {quantile(index)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Row
              title="Final equity"
              values={bands.final_equity.map((value) => formatMoney(value, locale))}
            />
            <Row
              title="Deepest drawdown"
              values={bands.max_drawdown.map((value) => formatPercent(value * 100, locale))}
            />
          </tbody>
        </table>
      </div>
      <p className="mt-3 flex flex-wrap gap-x-6 gap-y-1 text-sm">
        <span>
          <Term definition="In how many of the courses the end was below the balance.">Ends with a loss</Term>{' '}
          <span className="figure">{formatShare(bands.loss_probability, locale)}</span>
        </span>
        <span>
          <Term definition="In how many of the courses the equity fell below half of the balance.">
            Halves on the way
          </Term>{' '}
          <span className="figure">{formatShare(bands.ruin_probability, locale)}</span>
        </span>
      </p>
    </Card>
  );
}

function Row({ title, values }: { title: string; values: readonly string[] }) {
  return (
    <tr>
      <th
        scope="row"
        className="border-t border-line py-1.5 pr-3 text-left font-normal whitespace-nowrap text-ink-soft"
      >
        {title}
      </th>
      {values.map((value, index) => (
        <td key={index} className="figure border-t border-line px-2 py-1.5 text-right">
          {value}
        </td>
      ))}
    </tr>
  );
}
