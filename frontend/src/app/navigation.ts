// The places of the page, in the order of the navigation.
import {
  ArrowsRightLeftIcon,
  BeakerIcon,
  ChartBarIcon,
  CpuChipIcon,
  KeyIcon,
  UserCircleIcon,
} from '@heroicons/react/20/solid';

export interface Place {
  path: string;
  title: string;
  /** Where the full title has no room. */
  short: string;
  Icon: typeof KeyIcon;
  /** Other paths below which this place is the current one. */
  also?: string;
  /** Has no room in the bar of a phone, where the account menu leads to it. */
  inMenu?: boolean;
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
  { path: '/profile', title: 'Profile', short: 'Profile', Icon: UserCircleIcon, inMenu: true },
];
