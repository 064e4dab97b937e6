// Wanting a backtest, from nothing or from one that was made before.
import { useLocation, useNavigate } from 'react-router';
import { PageHeader } from '../../components/PageHeader';
import { FormSkeleton } from '../bots/FormSkeleton';
import { toBacktest } from './backtestForm';
import { BacktestForm } from './BacktestForm';
import { useCreateBacktest } from './commands';
import { useRunChoices } from './useRunChoices';

export function NewBacktestPage() {
  const { choices, initial, error, isFetching, retry } = useRunChoices();
  const create = useCreateBacktest();
  const navigate = useNavigate();
  const { key } = useLocation();
  return (
    <>
      <PageHeader
        title="New backtest"
        below="A strategy trades over recorded candles, with fees and slippage. Most runs take seconds."
      />
      {choices && initial ? (
        <BacktestForm
          key={key}
          initial={initial}
          choices={choices}
          onSubmit={async (values) => {
            const backtest = await create.mutateAsync(toBacktest(values, choices.strategies));
            await navigate(`/backtests/${backtest.id}`);
          }}
        />
      ) : (
        <FormSkeleton error={error} retrying={isFetching} onRetry={retry} />
      )}
    </>
  );
}
