// Two to five backtests side by side.
import { lazy, Suspense, useMemo, type ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';
import type { Compared } from '../../api/types';
import { ButtonLink } from '../../components/Button';
import { Card } from '../../components/Card';
import { EmptyState } from '../../components/EmptyState';
import { ErrorState } from '../../components/ErrorState';
import { LineLegend } from '../../components/LineLegend';
import { PageHeader } from '../../components/PageHeader';
import { Skeleton } from '../../components/Skeleton';
import { Term } from '../../components/Tooltip';
import { useStrategies } from '../bots/queries';
import { GradeBadge } from './BacktestsTable';
import { comparedLines, differing, metricRows } from './comparison';
import { MetricFigure } from './MetricFigure';
import { useComparison } from './queries';
import { settingText, settingTitle } from './settingWords';
import { nameOf } from './words';

const LinesChart = lazy(async () => ({
  default: (await import('../../components/LinesChart')).LinesChart,
}));

export function ComparePage() {
  const [search] = useSearchParams();
  const ids = search.get('ids') ?? '';
  const comparison = useComparison(ids);
  return (
    <>
      <PageHeader
        title="Compare backtests"
        below="The figures of each run, and only those settings in which they differ."
        actions={<ButtonLink to="/backtests">All backtests</ButtonLink>}
      />
      {ids === '' ? (
        <Card>
          <EmptyState
            title="Nothing is chosen"
            action={<ButtonLink to="/backtests">To your backtests</ButtonLink>}
          >
            Tick two to five complete backtests in the list, then press Compare.
          </EmptyState>
        </Card>
      ) : comparison.data ? (
        <Loaded compared={comparison.data} />
      ) : comparison.isError ? (
        <Card>
          <ErrorState
            title="These backtests cannot be compared"
            cause={comparison.error}
            onRetry={() => void comparison.refetch()}
            retrying={comparison.isFetching}
          />
        </Card>
      ) : (
        <div aria-busy className="grid gap-4">
          <Skeleton className="h-96 !rounded-lg" />
          <Skeleton className="h-96 !rounded-lg" />
        </div>
      )}
    </>
  );
}

function Loaded({ compared }: { compared: readonly Compared[] }) {
  const lines = useMemo(() => comparedLines(compared), [compared]);
  const rows = useMemo(() => metricRows(compared), [compared]);
  const settings = differing(compared);
  const { data: strategies } = useStrategies();
  return (
    <div className="grid gap-4 *:min-w-0">
      <Card
        title={
          <Term definition="Equity over the initial balance, less one, so that runs of different balances can be compared.">
            Return in per cent
          </Term>
        }
        aside={<LineLegend lines={lines} />}
      >
        <div className="grid h-80 *:min-w-0 sm:h-96">
          <Suspense fallback={<Skeleton className="size-full" />}>
            <LinesChart label="Return of each backtest in per cent" lines={lines} />
          </Suspense>
        </div>
      </Card>
      <Card flush>
        <div className="overflow-x-auto">
          <table aria-label="Comparison" className="w-full border-separate border-spacing-0 text-sm">
            <thead>
              <tr>
                <HeadCell>Figure</HeadCell>
                {compared.map(({ backtest }, index) => (
                  <th
                    key={backtest.id}
                    scope="col"
                    className="h-11 max-w-48 min-w-32 px-3 text-right font-medium last:pr-4"
                  >
                    <Link
                      to={`/backtests/${backtest.id}`}
                      className="flex items-center justify-end gap-2 hover:text-accent hover:underline"
                    >
                      <LineLegend lines={[{ name: nameOf(backtest), look: lines[index]?.look ?? 0 }]} />
                    </Link>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              <Row title="Grade">
                {compared.map(({ backtest }) => (
                  <ValueCell key={backtest.id}>
                    <GradeBadge grade={backtest.summary?.grade} />
                  </ValueCell>
                ))}
              </Row>
              {settings.map((name) => (
                <Row key={name} title={settingTitle(name)} isSetting>
                  {compared.map(({ backtest, settings: own }) => (
                    <ValueCell key={backtest.id}>
                      <span className="text-ink-soft">{settingText(name, own[name], strategies)}</span>
                    </ValueCell>
                  ))}
                </Row>
              ))}
              {rows.map(({ metric, cells, best }) => (
                <Row key={metric.name} title={<Term definition={metric.definition}>{metric.title}</Term>}>
                  {compared.map(({ backtest }, index) => {
                    const cell = cells[index];
                    return (
                      <ValueCell key={backtest.id}>
                        {index === best && (
                          <span className="mr-1.5 rounded-sm border border-accent px-1 text-2xs text-accent">
                            best
                          </span>
                        )}
                        {cell && <MetricFigure metric={cell} />}
                      </ValueCell>
                    );
                  })}
                </Row>
              ))}
            </tbody>
          </table>
        </div>
      </Card>
    </div>
  );
}

function HeadCell({ children }: { children: ReactNode }) {
  return (
    <th
      scope="col"
      className="sticky left-0 z-10 h-11 bg-surface px-4 text-left text-xs font-normal text-ink-faint"
    >
      {children}
    </th>
  );
}

function Row({
  title,
  isSetting = false,
  children,
}: {
  title: ReactNode;
  isSetting?: boolean;
  children: ReactNode;
}) {
  return (
    <tr className="group">
      <th
        scope="row"
        className="sticky left-0 z-10 h-9 border-t border-line bg-surface px-4 text-left font-normal text-ink-soft group-hover:bg-raised max-sm:max-w-32 max-sm:py-1 sm:whitespace-nowrap"
      >
        {title}
        {isSetting && <span className="ml-2 text-2xs text-ink-faint">setting</span>}
      </th>
      {children}
    </tr>
  );
}

function ValueCell({ children }: { children: ReactNode }) {
  return (
    <td className="h-9 max-w-64 truncate border-t border-line px-3 text-right whitespace-nowrap group-hover:bg-raised last:pr-4">
      {children}
    </td>
  );
}
