// What stands around the pages of administration: the way from one to another, and a closed door for everybody else.
import { Link, Outlet, useLocation } from 'react-router';
import { Card } from '../../components/Card';
import { EmptyState } from '../../components/EmptyState';
import { Skeleton } from '../../components/Skeleton';
import { useAccount } from '../accounts/queries';

interface Part {
  path: string;
  title: string;
  /** Other addresses at which this part is the current one. */
  below?: string;
}

const PARTS: readonly Part[] = [
  { path: '/admin', title: 'Users', below: '/admin/users/' },
  { path: '/admin/bots', title: 'Bots' },
  { path: '/admin/orders', title: 'Orders' },
  { path: '/admin/drifts', title: 'Differences' },
  { path: '/admin/platform', title: 'Queues & switches' },
  { path: '/admin/audit-log', title: 'Audit log' },
  { path: '/admin/plans', title: 'Plans' },
];

const LINK =
  'flex h-8 items-center rounded-md px-2.5 text-sm font-medium whitespace-nowrap text-ink-faint transition-colors ' +
  'hover:text-ink focus-visible:-outline-offset-2 aria-[current=page]:bg-raised aria-[current=page]:text-ink';

export function AdministrationFrame() {
  const { data: account } = useAccount();
  if (!account) return <Skeleton className="h-40 !rounded-lg" />;
  if (account.role === 'user') {
    return (
      <Card>
        <EmptyState title="Only for those who run the platform">
          Your account does not have the role for these pages.
        </EmptyState>
      </Card>
    );
  }
  return (
    <>
      <nav aria-label="Administration" className="-mx-1 mb-3 overflow-x-auto px-1 py-1">
        <ul className="flex gap-1">
          {PARTS.map((part) => (
            <li key={part.path}>
              <PartLink part={part} />
            </li>
          ))}
        </ul>
      </nav>
      <Outlet />
    </>
  );
}

function PartLink({ part }: { part: Part }) {
  const { pathname } = useLocation();
  const isCurrent = pathname === part.path || (part.below !== undefined && pathname.startsWith(part.below));
  return (
    <Link to={part.path} aria-current={isCurrent ? 'page' : undefined} className={LINK}>
      {part.title}
    </Link>
  );
}
