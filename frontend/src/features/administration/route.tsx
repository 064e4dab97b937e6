// The addresses below /admin; their pages are loaded when they are first asked for.
import type { RouteObject } from 'react-router';

export const administrationRoute: RouteObject = {
  path: 'admin',
  lazy: async () => ({ Component: (await import('./AdministrationFrame')).AdministrationFrame }),
  children: [
    { index: true, lazy: async () => ({ Component: (await import('./UsersPage')).UsersPage }) },
    { path: 'users/:userId', lazy: async () => ({ Component: (await import('./UserPage')).UserPage }) },
    { path: 'bots', lazy: async () => ({ Component: (await import('./AllBotsPage')).AllBotsPage }) },
    { path: 'orders', lazy: async () => ({ Component: (await import('./AllOrdersPage')).AllOrdersPage }) },
    { path: 'drifts', lazy: async () => ({ Component: (await import('./AllDriftsPage')).AllDriftsPage }) },
    { path: 'platform', lazy: async () => ({ Component: (await import('./PlatformPage')).PlatformPage }) },
    { path: 'audit-log', lazy: async () => ({ Component: (await import('./AuditPage')).AuditPage }) },
    { path: 'plans', lazy: async () => ({ Component: (await import('./PlansPage')).PlansPage }) },
  ],
};
