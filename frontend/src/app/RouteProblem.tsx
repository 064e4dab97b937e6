// A page that broke: says so, and offers a way on, instead of an empty screen.
import { useRouteError } from 'react-router';
import { ApiError } from '../api/errors';
import { ErrorState } from '../components/ErrorState';

export function RouteProblem() {
  const cause = useRouteError();
  const outdated = cause instanceof TypeError && /import|module/i.test(cause.message);
  const message = outdated
    ? 'A new version of Tradefleet was probably installed while this page was open. Reload to use it.'
    : 'This page ran into something it cannot handle. Reload it; if that does not help, go back to the dashboard. Your bots are not affected.';
  return (
    <div className="grid min-h-[60dvh] place-items-center">
      <div>
        <ErrorState
          title={outdated ? 'This page is out of date' : 'This page has broken'}
          cause={new ApiError(message, 'PAGE_ERROR', -1)}
          onRetry={() => {
            window.location.reload();
          }}
        />
        <p className="text-center text-sm">
          <a href="/" className="text-accent underline underline-offset-4">
            To the dashboard
          </a>
        </p>
      </div>
    </div>
  );
}
