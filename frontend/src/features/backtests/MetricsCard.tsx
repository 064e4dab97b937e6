// Every figure with its definition behind its name.
import type { Metric } from '../../api/types';
import { Card } from '../../components/Card';
import { Term } from '../../components/Tooltip';
import { MetricFigure } from './MetricFigure';

export function MetricsCard({
  metrics,
  title = 'All figures',
}: {
  metrics: readonly Metric[];
  title?: string;
}) {
  return (
    <Card title={title} flush>
      <dl className="grid gap-x-8 px-4 py-1 text-sm sm:grid-cols-2 xl:grid-cols-3">
        {metrics.map((metric) => (
          <div
            key={metric.name}
            className="flex min-h-9 items-center justify-between gap-4 border-b border-line"
          >
            <dt className="min-w-0 text-ink-soft">
              <Term definition={metric.definition}>{metric.title}</Term>
            </dt>
            <dd className="shrink-0">
              <MetricFigure metric={metric} />
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
