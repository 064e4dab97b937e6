// Which address shows which page; pages are loaded when they are first asked for.
import { createBrowserRouter, type RouteObject } from 'react-router';
import { administrationRoute } from '../features/administration/route';
import { NotFoundPage } from './NotFoundPage';
import { OpeningPage } from './OpeningPage';
import { Protected } from './Protected';
import { RouteProblem } from './RouteProblem';

const guests: RouteObject[] = [
  {
    path: '/login',
    lazy: async () => ({ Component: (await import('../features/accounts/LoginPage')).LoginPage }),
  },
  {
    path: '/sign-up',
    lazy: async () => ({ Component: (await import('../features/accounts/SignUpPage')).SignUpPage }),
  },
  {
    path: '/forgot-password',
    lazy: async () => ({
      Component: (await import('../features/accounts/ForgotPasswordPage')).ForgotPasswordPage,
    }),
  },
  {
    path: '/reset-password',
    lazy: async () => ({
      Component: (await import('../features/accounts/ResetPasswordPage')).ResetPasswordPage,
    }),
  },
  {
    path: '/verify-email',
    lazy: async () => ({
      Component: (await import('../features/accounts/VerifyEmailPage')).VerifyEmailPage,
    }),
  },
];

const pages: RouteObject[] = [
  {
    index: true,
    lazy: async () => ({ Component: (await import('../features/portfolio/DashboardPage')).DashboardPage }),
  },
  {
    path: 'bots',
    lazy: async () => ({ Component: (await import('../features/bots/BotsPage')).BotsPage }),
  },
  {
    path: 'bots/new',
    lazy: async () => ({ Component: (await import('../features/bots/NewBotPage')).NewBotPage }),
  },
  {
    path: 'bots/:botId',
    lazy: async () => ({ Component: (await import('../features/bots/BotPage')).BotPage }),
  },
  {
    path: 'bots/:botId/edit',
    lazy: async () => ({ Component: (await import('../features/bots/EditBotPage')).EditBotPage }),
  },
  {
    path: 'trades',
    lazy: async () => ({ Component: (await import('../features/engine/TradesPage')).TradesPage }),
  },
  {
    path: 'backtests',
    lazy: async () => ({ Component: (await import('../features/backtests/BacktestsPage')).BacktestsPage }),
  },
  {
    path: 'backtests/new',
    lazy: async () => ({
      Component: (await import('../features/backtests/NewBacktestPage')).NewBacktestPage,
    }),
  },
  {
    path: 'backtests/compare',
    lazy: async () => ({ Component: (await import('../features/backtests/ComparePage')).ComparePage }),
  },
  {
    path: 'backtests/:backtestId',
    lazy: async () => ({ Component: (await import('../features/backtests/BacktestPage')).BacktestPage }),
  },
  {
    path: 'optimizations',
    lazy: async () => ({
      Component: (await import('../features/optimizations/OptimizationsPage')).OptimizationsPage,
    }),
  },
  {
    path: 'optimizations/new',
    lazy: async () => ({
      Component: (await import('../features/optimizations/NewOptimizationPage')).NewOptimizationPage,
    }),
  },
  {
    path: 'optimizations/:optimizationId',
    lazy: async () => ({
      Component: (await import('../features/optimizations/OptimizationPage')).OptimizationPage,
    }),
  },
  {
    path: 'exchange-keys',
    lazy: async () => ({
      Component: (await import('../features/exchanges/ExchangeKeysPage')).ExchangeKeysPage,
    }),
  },
  {
    path: 'limits',
    lazy: async () => ({ Component: (await import('../features/guards/LimitsPage')).LimitsPage }),
  },
  {
    path: 'differences',
    lazy: async () => ({ Component: (await import('../features/reconciliation/DriftsPage')).DriftsPage }),
  },
  {
    path: 'profile',
    lazy: async () => ({ Component: (await import('../features/accounts/ProfilePage')).ProfilePage }),
  },
  administrationRoute,
];

export const router = createBrowserRouter([
  {
    errorElement: <RouteProblem />,
    hydrateFallbackElement: <OpeningPage />,
    children: [
      ...guests,
      {
        path: '/',
        element: <Protected />,
        children: [
          { errorElement: <RouteProblem />, children: [...pages, { path: '*', element: <NotFoundPage /> }] },
        ],
      },
    ],
  },
]);
