// The user's own trading switch, among the settings.
import toast from 'react-hot-toast';
import { toApiError } from '../../api/errors';
import { Card } from '../../components/Card';
import { ErrorState } from '../../components/ErrorState';
import { Skeleton } from '../../components/Skeleton';
import { Button } from '../../components/Button';
import { Status } from '../../components/Status';
import { useSwitchTrading } from './commands';
import { useSwitches } from './queries';

export function SwitchCard() {
  const switches = useSwitches();
  return (
    <Card title="Trading switch">
      {switches.data && <Switch isHalted={switches.data.is_halted} />}
      {!switches.data && switches.isError && (
        <ErrorState
          title="The trading switch could not be loaded"
          cause={switches.error}
          onRetry={() => void switches.refetch()}
          retrying={switches.isFetching}
        />
      )}
      {switches.isPending && <Skeleton className="h-9" />}
    </Card>
  );
}

function Switch({ isHalted }: { isHalted: boolean }) {
  const change = useSwitchTrading();
  return (
    <div className="space-y-3 text-sm text-ink-soft">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <Status mark={isHalted ? 'attention' : 'live'}>
          {isHalted ? 'Switched off: no bot of yours buys' : 'Switched on'}
        </Status>
        <Button
          size="small"
          busy={change.isPending}
          onClick={() => {
            change.mutate(!isHalted, {
              onSuccess: () =>
                toast.success(isHalted ? 'Trading is switched on.' : 'Trading is switched off.'),
              onError: (cause) => toast.error(toApiError(cause).message),
            });
          }}
        >
          {isHalted ? 'Switch trading on' : 'Switch trading off'}
        </Button>
      </div>
      <p className="text-xs text-ink-faint">
        Switched off, no bot buys. What they hold stays watched, and stops, targets and sales go through.
      </p>
    </div>
  );
}
