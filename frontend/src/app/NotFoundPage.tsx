// An address with nothing at it.
import { useLocation } from 'react-router';
import { ButtonLink } from '../components/Button';
import { EmptyState } from '../components/EmptyState';
import { PageHeader } from '../components/PageHeader';

export function NotFoundPage() {
  const { pathname } = useLocation();
  return (
    <>
      <PageHeader title="Nothing here" />
      <div className="rounded-lg border border-line bg-surface py-8">
        <EmptyState
          title="There is no page at this address"
          action={
            <span className="flex flex-wrap justify-center gap-2">
              <ButtonLink to="/" variant="primary">
                To the dashboard
              </ButtonLink>
              <ButtonLink to="/bots">To your bots</ButtonLink>
            </span>
          }
        >
          <span className="font-mono break-all">{pathname}</span> leads nowhere. It may have been mistyped, or
          what was here has been deleted.
        </EmptyState>
      </div>
    </>
  );
}
