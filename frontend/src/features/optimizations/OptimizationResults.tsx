// What a complete optimisation found.
import type { OneOptimization, OptimizationResult } from '../../api/types';
import { useRegion } from '../../components/region';
import { Stat, StatStrip } from '../../components/Stat';
import { Term } from '../../components/Tooltip';
import { formatCount, formatPercent, formatShare, NOTHING } from '../../formatting';
import { GradeCard } from '../backtests/GradeCard';
import { MetricsCard } from '../backtests/MetricsCard';
import { useStrategies } from '../bots/queries';
import { FoldsCard, WalkCurveCard } from './FoldsCard';
import { HeatMapCard } from './HeatMapCard';
import { titleOf } from './ranges';
import { SearchCard } from './SearchCard';
import { TopCard } from './TopCard';
import { OBJECTIVES, objectiveText } from './words';

interface OptimizationResultsProps {
  optimization: OneOptimization;
  result: OptimizationResult;
}

export function OptimizationResults({ optimization, result }: OptimizationResultsProps) {
  const { data: strategies } = useStrategies();
  const strategy = strategies?.find((one) => one.name === optimization.strategy);
  const title = (name: string) => titleOf(name, strategy);
  const isWalk = optimization.method === 'walk_forward';
  const isMappable = !isWalk && Object.keys(optimization.search.ranges).length > 1;
  return (
    <div className="grid gap-4 *:min-w-0">
      <GradeCard grade={result.grade} notices={result.notices ?? []} />
      {isWalk ? (
        <>
          <WalkStats result={result} />
          {result.curve && <WalkCurveCard curve={result.curve} />}
          {result.folds && <FoldsCard folds={result.folds} titleOf={title} />}
          {result.metrics && <MetricsCard title="Figures of the test parts" metrics={result.metrics} />}
        </>
      ) : (
        <>
          <SearchStats optimization={optimization} result={result} />
          {isMappable && <HeatMapCard optimization={optimization} titleOf={title} />}
          <TopCard optimization={optimization} top={result.top ?? []} titleOf={title} />
          {result.best && <MetricsCard title="Figures of the best" metrics={result.best} />}
        </>
      )}
      <SearchCard optimization={optimization} titleOf={title} />
    </div>
  );
}

const DEFLATED =
  'The probability that the best Sharpe ratio is more than luck, given how many combinations were tried and how far their ratios spread. Below 95 % it could well be the luckiest of many.';
const OVERFITTING =
  'How often the combination that was best on one half of the data was below the median on the other half, over many ways of halving. 50 % is what chance gives; below 20 % is good.';

function SearchStats({ optimization, result }: OptimizationResultsProps) {
  const region = useRegion();
  const { locale } = region;
  const best = result.top?.[0];
  const { objective } = optimization;
  return (
    <>
      <StatStrip columns="grid-cols-2 lg:grid-cols-5 max-lg:[&>:last-child]:col-span-2">
        <Stat label="Tried" definition="Combinations that were run over all candles.">
          <span className="figure">{formatCount(result.tried ?? 0, locale)}</span>
        </Stat>
        <Stat
          label="Usable"
          definition="Combinations with enough trades, for which the objective has a value."
        >
          <span className="figure">{formatCount(result.usable ?? 0, locale)}</span>
        </Stat>
        <Stat label={OBJECTIVES[objective].title} definition={`The best one. ${OBJECTIVES[objective].help}`}>
          <span className="figure">{best ? objectiveText(objective, best.objective, region) : NOTHING}</span>
        </Stat>
        <Stat label="Deflated Sharpe" definition={DEFLATED}>
          <Probability
            value={result.deflated_sharpe}
            reason="It takes at least two trials with a Sharpe ratio."
          />
        </Stat>
        <Stat label="Overfitting" definition={OVERFITTING}>
          <Probability
            value={result.overfitting}
            reason="There was too little data to halve it often enough."
          />
        </Stat>
      </StatStrip>
      <p className="-mt-1 px-1 text-sm text-ink-soft">{luckWords(result, locale)}</p>
    </>
  );
}

function luckWords({ deflated_sharpe, overfitting }: OptimizationResult, locale: string): string {
  const sentences: string[] = [];
  if (deflated_sharpe != null) {
    const share = formatShare(deflated_sharpe, locale);
    sentences.push(
      `With a probability of ${share} the best is better than the luckiest of as many trials without any edge.`,
    );
  }
  if (overfitting != null) {
    const share = formatShare(overfitting, locale);
    sentences.push(
      `In ${share} of the halvings what was best on one half was below the median on the other.`,
    );
  }
  return sentences.join(' ');
}

function Probability({ value, reason }: { value: number | null | undefined; reason: string }) {
  const { locale } = useRegion();
  if (value == null) return <Term definition={reason}>{NOTHING}</Term>;
  return <span className="figure">{formatPercent(value * 100, locale, 1)}</span>;
}

function WalkStats({ result }: { result: OptimizationResult }) {
  const { locale } = useRegion();
  const metric = (name: string) => result.metrics?.find((one) => one.name === name);
  const folds = result.folds ?? [];
  const winners = folds.filter((fold) => fold.test_return > 0).length;
  const tested = metric('total_return');
  return (
    <StatStrip columns="grid-cols-2 lg:grid-cols-4">
      <Stat
        label="Return tested"
        definition="The return over the chained test parts, which the searches have not seen."
      >
        <span className="figure">
          {tested?.value == null ? NOTHING : formatPercent(Number(tested.value) * 100, locale)}
        </span>
      </Stat>
      <Stat label="Folds won" definition="Folds whose test part ended with a profit.">
        <span className="figure">
          {formatCount(winners, locale)} of {formatCount(folds.length, locale)}
        </span>
      </Stat>
      <Stat label="Trades tested" definition="Trades of all test parts.">
        <span className="figure">
          {formatCount(
            folds.reduce((sum, fold) => sum + fold.test_trades, 0),
            locale,
          )}
        </span>
      </Stat>
      <Stat
        label="Efficiency"
        definition="The yearly return of the test parts over that of the search parts. Near 100 %: what was found holds. Near or below zero: it did not."
      >
        <Probability
          value={result.efficiency}
          reason="The search parts gained nothing over all, so there is nothing to compare with."
        />
      </Stat>
    </StatStrip>
  );
}
