// What was searched, with which settings, and what makes it repeatable.
import type { OneOptimization, SearchRange } from '../../api/types';
import { Card } from '../../components/Card';
import { NOTHING } from '../../formatting';
import { settingsOf } from '../backtests/settingWords';
import { useStrategies } from '../bots/queries';
import { METHODS, OBJECTIVES } from './words';

interface SearchCardProps {
  optimization: OneOptimization;
  titleOf: (name: string) => string;
}

export function SearchCard({ optimization, titleOf }: SearchCardProps) {
  const { data: strategies } = useStrategies();
  const { search, method } = optimization;
  const ranges = Object.entries(search.ranges).map(([name, range]) => ({
    name: `range-${name}`,
    title: titleOf(name),
    text: rangeWords(range),
  }));
  const rows = [
    { name: 'method', title: 'Method', text: METHODS[method].title },
    { name: 'objective', title: 'Objective', text: OBJECTIVES[optimization.objective].title },
    ...ranges,
    ...(method === 'grid' ? [] : [{ name: 'trials', title: 'Trials', text: String(search.trials) }]),
    { name: 'minimum', title: 'Fewest trades', text: String(search.minimum_trades) },
    ...(method === 'walk_forward'
      ? [
          { name: 'folds', title: 'Folds', text: `${search.folds}, ${search.window}` },
          { name: 'train', title: 'Search part', text: `${search.train_percentage} %` },
        ]
      : []),
    { name: 'seed', title: 'Seed', text: String(search.seed) },
    { name: 'data', title: 'Candles (hash)', text: optimization.data_hash?.slice(0, 16) ?? NOTHING },
    { name: 'code', title: 'Code', text: optimization.code_version ?? NOTHING },
  ];
  return (
    <div className="grid items-start gap-4 *:min-w-0 xl:grid-cols-2">
      <Card title="The search">
        <Rows rows={rows} />
      </Card>
      <Card title="Its other settings">
        <Rows rows={settingsOf(optimization.configuration, strategies)} />
      </Card>
    </div>
  );
}

function Rows({ rows }: { rows: readonly { name: string; title: string; text: string }[] }) {
  return (
    <dl className="grid gap-x-6 text-sm sm:grid-cols-2">
      {rows.map(({ name, title, text }) => (
        <div key={name} className="flex min-h-7 items-baseline justify-between gap-4">
          <dt className="text-ink-faint">{title}</dt>
          <dd className="min-w-0 text-right break-words">{text}</dd>
        </div>
      ))}
    </dl>
  );
}

function rangeWords({ low, high, step, choices }: SearchRange): string {
  if (choices && choices.length > 0) return choices.map(String).join(', ');
  return `${String(low)} to ${String(high)} by ${String(step)}`;
}
