// The places of the page, in the order of the navigation.
import {
  ArrowsRightLeftIcon,
  BeakerIcon,
  ChartBarIcon,
  CpuChipIcon,
  KeyIcon,
  ScaleIcon,
  ShieldCheckIcon,
  UserCircleIcon,
  WrenchScrewdriverIcon,
} from '@heroicons/react/20/solid';

export interface Place {
  path: string;
  title: string;
  /** Where the full title has no room. */
  short: string;
  Icon: typeof KeyIcon;
  /** Other paths below which this place is the current one. */
  also?: string;
  /** Has no room in the bar of a phone, where the menu of the header leads to it. */
  inMenu?: boolean;
  /** What is counted beside its title. */
  counts?: 'drifts';
  /** Only for accounts with one of these roles. */
  roles?: readonly string[];
}

export const PLACES: readonly Place[] = [
  { path: '/', title: 'Dashboard', short: 'Dashboard', Icon: ChartBarIcon },
  { path: '/bots', title: 'Bots', short: 'Bots', Icon: CpuChipIcon },
  { path: '/trades', title: 'Trades', short: 'Trades', Icon: ArrowsRightLeftIcon },
  {
    path: '/backtests',
    title: 'Backtests',
    short: 'Backtests',
    Icon: BeakerIcon,
    also: '/optimizations',
  },
  { path: '/exchange-keys', title: 'Exchange keys', short: 'Keys', Icon: KeyIcon },
  { path: '/limits', title: 'Limits', short: 'Limits', Icon: ShieldCheckIcon, inMenu: true },
  {
    path: '/differences',
    title: 'Differences',
    short: 'Differences',
    Icon: ScaleIcon,
    inMenu: true,
    counts: 'drifts',
  },
  { path: '/profile', title: 'Profile', short: 'Profile', Icon: UserCircleIcon, inMenu: true },
  {
    path: '/admin',
    title: 'Administration',
    short: 'Admin',
    Icon: WrenchScrewdriverIcon,
    inMenu: true,
    roles: ['support', 'admin'],
  },
];
