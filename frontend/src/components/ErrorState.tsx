// What happened, what to do, and the number to tell support.
import { ArrowPathIcon, ExclamationTriangleIcon } from '@heroicons/react/16/solid';
import { toApiError } from '../api/errors';
import { Button } from './Button';

interface ErrorStateProps {
  /** What could not be done: "The trades could not be loaded". */
  title: string;
  cause: unknown;
  onRetry?: () => void;
  retrying?: boolean;
}

export function ErrorState({ title, cause, onRetry, retrying = false }: ErrorStateProps) {
  const problem = toApiError(cause);
  return (
    <div role="alert" className="flex flex-col items-center justify-center gap-1 px-6 py-10 text-center">
      <ExclamationTriangleIcon aria-hidden className="mb-2 size-5 text-attention" />
      <p className="font-medium text-ink">{title}</p>
      <p className="max-w-md text-sm text-ink-soft">{problem.message}</p>
      {problem.requestId && (
        <p className="mt-1 text-xs text-ink-faint">
          Request <span className="font-mono break-all select-all">{problem.requestId}</span>
        </p>
      )}
      {onRetry && (
        <Button
          className="mt-4"
          busy={retrying}
          icon={<ArrowPathIcon className="size-4" />}
          onClick={onRetry}
        >
          Try again
        </Button>
      )}
    </div>
  );
}
