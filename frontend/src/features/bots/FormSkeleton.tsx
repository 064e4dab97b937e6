// The bot form while its choices load, or could not.
import { Card } from '../../components/Card';
import { ErrorState } from '../../components/ErrorState';
import { Skeleton } from '../../components/Skeleton';

interface FormSkeletonProps {
  error: Error | null;
  retrying: boolean;
  onRetry: () => void;
}

export function FormSkeleton({ error, retrying, onRetry }: FormSkeletonProps) {
  if (error) {
    return (
      <Card>
        <ErrorState
          title="The form could not be loaded"
          cause={error}
          onRetry={onRetry}
          retrying={retrying}
        />
      </Card>
    );
  }
  return (
    <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_20rem] xl:grid-cols-[minmax(0,46rem)_24rem]">
      <div className="grid gap-4">
        {[28, 64, 44, 40].map((height) => (
          <div
            key={height}
            className="rounded-lg border border-line bg-surface p-5"
            style={{ height: `${height * 4}px` }}
          >
            <Skeleton className="h-4 w-24" />
            <Skeleton className="mt-4 h-9" />
          </div>
        ))}
      </div>
      <div className="h-80 rounded-lg border border-line bg-surface p-5">
        <Skeleton className="h-4 w-40" />
      </div>
    </div>
  );
}
