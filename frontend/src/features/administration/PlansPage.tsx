// The plans there are, what each allows, and how many accounts are on it.
import { Card } from '../../components/Card';
import { ErrorState } from '../../components/ErrorState';
import { PageHeader } from '../../components/PageHeader';
import { useRegion } from '../../components/region';
import { Table, type Column } from '../../components/Table';
import { formatCount } from '../../formatting';
import { usePlans } from './queries';
import type { PlanUsers } from './types';

const COLUMNS: readonly Column<PlanUsers>[] = [
  { name: 'name', title: 'Plan', cell: (plan) => <span className="font-medium">{plan.name}</span> },
  { name: 'users', title: 'Users', align: 'right', cell: (plan) => <Count value={plan.users_count} /> },
  {
    name: 'backtests',
    title: 'Backtests a day',
    align: 'right',
    cell: (plan) => <Count value={plan.limits.backtests_a_day} />,
  },
  {
    name: 'candles',
    title: 'Candles a backtest',
    align: 'right',
    cell: (plan) => <Count value={plan.limits.candles_a_backtest} />,
  },
  {
    name: 'trials',
    title: 'Trials an optimisation',
    align: 'right',
    cell: (plan) => <Count value={plan.limits.trials_an_optimization} />,
  },
];

export function PlansPage() {
  const plans = usePlans();
  return (
    <>
      <PageHeader title="Plans" />
      <Card flush>
        {plans.isError && !plans.data ? (
          <ErrorState
            title="The plans could not be loaded"
            cause={plans.error}
            onRetry={() => void plans.refetch()}
            retrying={plans.isFetching}
          />
        ) : (
          <Table
            label="Plans"
            columns={COLUMNS}
            rows={plans.data}
            rowKey={(plan) => plan.name}
            expected={2}
            empty={null}
          />
        )}
      </Card>
    </>
  );
}

function Count({ value }: { value: number }) {
  const { locale } = useRegion();
  return <span className="figure">{formatCount(value, locale)}</span>;
}
