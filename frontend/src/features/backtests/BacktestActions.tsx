// What can be done with a backtest.
import { AdjustmentsHorizontalIcon, ArrowPathIcon, PencilSquareIcon } from '@heroicons/react/16/solid';
import toast from 'react-hot-toast';
import { useNavigate } from 'react-router';
import { toApiError } from '../../api/errors';
import type { OneBacktest } from '../../api/types';
import { Button, ButtonLink } from '../../components/Button';
import { isOver } from '../realtime/runPatches';
import { useDeleteBacktest, useRepeatBacktest } from './commands';
import { DeleteRun } from './DeleteRun';
import { FileMenu } from './FileMenu';
import { MakeBot } from './MakeBot';
import { nameOf } from './words';

export function BacktestActions({ backtest }: { backtest: OneBacktest }) {
  const remove = useDeleteBacktest();
  const repeat = useRepeatBacktest();
  const navigate = useNavigate();
  const isComplete = backtest.status === 'completed';
  return (
    <>
      <DeleteRun
        what="backtest"
        name={nameOf(backtest)}
        onDelete={async () => {
          await remove.mutateAsync(backtest.id);
          toast.success(`${nameOf(backtest)} was deleted.`);
          await navigate('/backtests', { replace: true });
        }}
      />
      {isOver(backtest.status) && (
        <Button
          variant="plain"
          icon={<ArrowPathIcon className="size-3.5" />}
          busy={repeat.isPending}
          title="The same settings again: over the same candles the result is the same"
          onClick={() => {
            repeat.mutate(backtest.id, {
              onSuccess: (made) => void navigate(`/backtests/${made.id}`),
              onError: (cause) => toast.error(toApiError(cause).message),
            });
          }}
        >
          Repeat
        </Button>
      )}
      <ButtonLink
        to={`/backtests/new?from=${backtest.id}`}
        variant="plain"
        icon={<PencilSquareIcon className="size-3.5" />}
      >
        Edit and run again
      </ButtonLink>
      {isComplete && (
        <>
          <ButtonLink
            to={`/optimizations/new?from=${backtest.id}`}
            variant="plain"
            icon={<AdjustmentsHorizontalIcon className="size-3.5" />}
          >
            Optimise
          </ButtonLink>
          <FileMenu id={backtest.id} />
          <MakeBot id={backtest.id} />
        </>
      )}
    </>
  );
}
