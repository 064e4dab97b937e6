// There is nothing here yet, and what to do next.
import type { ReactNode } from 'react';

interface EmptyStateProps {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  icon?: ReactNode;
}

export function EmptyState({ title, children, action, icon }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center justify-center gap-1 px-6 py-10 text-center">
      {icon && <span className="mb-2 text-ink-faint [&>svg]:size-6">{icon}</span>}
      <p className="font-medium text-ink">{title}</p>
      {children && <p className="max-w-md text-sm text-ink-faint">{children}</p>}
      {action && <div className="mt-4">{action}</div>}
    </div>
  );
}
