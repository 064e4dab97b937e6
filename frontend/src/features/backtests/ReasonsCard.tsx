// Why positions ended, and what came of the decisions.
import type { BacktestResult, ReasonTotal } from '../../api/types';
import { Card } from '../../components/Card';
import { EmptyState } from '../../components/EmptyState';
import { ProfitLoss } from '../../components/Figures';
import { useRegion } from '../../components/region';
import { Table, type Column } from '../../components/Table';
import { formatCount } from '../../formatting';
import { outcomeWords } from '../engine/words';
import { Share } from './Fractions';
import { reasonWords } from './words';

const COLUMNS: readonly Column<ReasonTotal>[] = [
  { name: 'reason', title: 'Sold by', cell: (total) => reasonWords(total.reason) },
  { name: 'trades', title: 'Trades', align: 'right', cell: (total) => <Count value={total.trades} /> },
  {
    name: 'wins',
    title: 'Won',
    definition: 'The share of these trades that ended with a profit after fees.',
    align: 'right',
    cell: (total) => <Share value={total.trades === 0 ? null : total.wins / total.trades} places={0} />,
  },
  {
    name: 'profit',
    title: 'P&L',
    definition: 'The sum of these trades after fees, in quote currency.',
    align: 'right',
    cell: (total) => <ProfitLoss value={total.profit} />,
  },
];

export function ReasonsCard({ result }: { result: BacktestResult }) {
  return (
    <Card title="How trades ended" flush>
      <Table
        label="How trades ended"
        columns={COLUMNS}
        rows={result.exit_reasons}
        rowKey={(total) => total.reason}
        empty={<EmptyState title="No trade ended" />}
      />
    </Card>
  );
}

interface Outcome {
  name: string;
  count: number;
}

const OUTCOME_COLUMNS: readonly Column<Outcome>[] = [
  { name: 'name', title: 'Outcome', cell: (outcome) => outcomeWords(outcome.name) },
  { name: 'count', title: 'Candles', align: 'right', cell: (outcome) => <Count value={outcome.count} /> },
];

export function OutcomesCard({ outcomes }: { outcomes: Record<string, number> }) {
  const rows = Object.entries(outcomes)
    .map(([name, count]) => ({ name, count }))
    .sort((one, other) => other.count - one.count);
  return (
    <Card title="What came of its decisions" flush>
      <Table
        label="Outcomes"
        columns={OUTCOME_COLUMNS}
        rows={rows}
        rowKey={(outcome) => outcome.name}
        empty={<EmptyState title="No decision was taken" />}
      />
    </Card>
  );
}

function Count({ value }: { value: number }) {
  const { locale } = useRegion();
  return <span className="figure">{formatCount(value, locale)}</span>;
}
