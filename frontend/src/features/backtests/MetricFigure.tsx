// A figure of a run; where it has no value, the reason why.
import type { Metric } from '../../api/types';
import { ProfitLoss } from '../../components/Figures';
import { useRegion } from '../../components/region';
import { Term } from '../../components/Tooltip';
import { NOTHING } from '../../formatting';
import { Return } from './Fractions';
import { isSigned, metricText } from './metricText';

export function MetricFigure({ metric }: { metric: Metric }) {
  const region = useRegion();
  if (metric.value === null) {
    return (
      <span className="text-ink-faint">
        {metric.reason ? <Term definition={metric.reason}>{NOTHING}</Term> : NOTHING}
      </span>
    );
  }
  if (isSigned(metric)) {
    return metric.unit === 'money' ? <ProfitLoss value={metric.value} /> : <Return value={metric.value} />;
  }
  return <span className="figure">{metricText(metric, region)}</span>;
}
