// The return of each month, coloured by its size.
import type { Month } from '../../api/types';
import { Card } from '../../components/Card';
import { useRegion } from '../../components/region';
import { Term } from '../../components/Tooltip';
import { formatPercent, NOTHING, withSign } from '../../formatting';
import { strengthOf, yearRows } from './months';

const NAMES = Array.from({ length: 12 }, (_, month) => new Date(Date.UTC(2024, month, 1)));

export function MonthsCard({ months }: { months: readonly Month[] }) {
  const { locale } = useRegion();
  const rows = yearRows(months);
  const names = NAMES.map((date) => date.toLocaleDateString(locale, { month: 'short', timeZone: 'UTC' }));
  return (
    <Card
      flush
      title={
        <Term definition="The equity at the end of each month (UTC) over that at its beginning, less one. The year chains its months.">
          Months
        </Term>
      }
    >
      <div className="overflow-x-auto p-2">
        <table
          aria-label="Monthly returns"
          className="w-full min-w-160 border-separate border-spacing-0.5 text-xs"
        >
          <thead>
            <tr className="text-ink-faint">
              <th scope="col" className="px-2 py-1 text-left font-normal">
                Year
              </th>
              {names.map((name) => (
                <th key={name} scope="col" className="px-1 py-1 text-right font-normal">
                  {name}
                </th>
              ))}
              <th scope="col" className="px-2 py-1 text-right font-normal">
                Total
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.year}>
                <th scope="row" className="figure px-2 text-left font-normal text-ink-soft">
                  {row.year}
                </th>
                {row.months.map((value, index) => (
                  <Cell
                    key={names[index]}
                    value={value}
                    strength={value === null ? 0 : strengthOf(value, rows)}
                  />
                ))}
                <Cell value={row.total} strength={0} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function Cell({ value, strength }: { value: number | null; strength: number }) {
  const { locale } = useRegion();
  if (value === null) return <td className="h-8 px-2 text-right text-ink-faint">{NOTHING}</td>;
  const text = withSign(value, formatPercent(Math.abs(value * 100), locale, Math.abs(value) < 0.1 ? 2 : 1));
  const colour = value > 0 ? 'var(--profit)' : 'var(--loss)';
  return (
    <td
      className={`figure h-8 rounded-sm px-2 text-right ${value === 0 ? 'text-ink-soft' : value > 0 ? 'text-profit' : 'text-loss'}`}
      style={{ background: `color-mix(in srgb, ${colour} ${Math.round(strength * 18)}%, transparent)` }}
    >
      {text}
    </td>
  );
}
