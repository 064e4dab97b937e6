// The frame around every page: navigation, prices, and at the foot what state the platform is in.
import { Link, Outlet, ScrollRestoration, useLocation, useNavigation, type Location } from 'react-router';
import { ThemeToggle } from '../components/ThemeToggle';
import { VerifyBanner } from '../features/accounts/VerifyBanner';
import { SwitchBanner } from '../features/guards/SwitchBanner';
import { TickerStrip } from '../features/market-data/TickerStrip';
import { useRealtimeConnection } from '../features/realtime/useRealtimeConnection';
import { AccountMenu } from './AccountMenu';
import { Brand, Mark } from './Brand';
import { HeaderMenu } from './HeaderMenu';
import type { Place } from './navigation';
import { PlaceCount } from './PlaceCount';
import { StatusBar } from './StatusBar';
import { usePlaces } from './usePlaces';

export function Shell() {
  useRealtimeConnection();
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[12.5rem_minmax(0,1fr)]">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-accent-fill px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <LoadingLine />
      <Sidebar />
      <div className="flex min-w-0 flex-col">
        <header className="sticky top-0 z-30 flex h-11 items-center gap-3 border-b border-line bg-ground px-4">
          <span className="md:hidden">
            <Mark className="h-4 w-6 text-accent" />
          </span>
          <TickerStrip />
          <ThemeToggle />
          <HeaderMenu />
        </header>
        <SwitchBanner />
        <VerifyBanner />
        <main
          id="content"
          tabIndex={-1}
          className="mx-auto w-full max-w-[100rem] flex-1 px-4 pt-5 pb-24 outline-none md:px-6 md:pb-14"
        >
          <Outlet />
        </main>
        <StatusBar />
      </div>
      <BottomBar />
      <ScrollRestoration getKey={scrollKey} />
    </div>
  );
}

function Sidebar() {
  const places = usePlaces();
  return (
    <aside className="sticky top-0 hidden h-dvh flex-col border-r border-line bg-surface md:flex">
      <div className="flex h-11 items-center border-b border-line px-4">
        <Brand />
      </div>
      <nav aria-label="Main" className="flex-1 p-2">
        <ul className="space-y-0.5">
          {places.map((place) => (
            <li key={place.path}>
              <SidebarLink place={place} />
            </li>
          ))}
        </ul>
      </nav>
      <AccountMenu />
    </aside>
  );
}

function SidebarLink({ place }: { place: Place }) {
  const current = useIsCurrent(place);
  return (
    <Link
      to={place.path}
      aria-current={current ? 'page' : undefined}
      className="relative flex h-8 items-center gap-2.5 rounded-md px-2.5 text-sm font-medium text-ink-soft transition-colors hover:bg-raised hover:text-ink aria-[current=page]:bg-raised aria-[current=page]:text-ink aria-[current=page]:before:absolute aria-[current=page]:before:inset-y-1.5 aria-[current=page]:before:-left-2 aria-[current=page]:before:w-0.5 aria-[current=page]:before:bg-accent aria-[current=page]:[&>svg]:text-accent"
    >
      <place.Icon aria-hidden className="size-4 text-ink-faint" />
      <span className="flex-1">{place.title}</span>
      {place.counts && <PlaceCount />}
    </Link>
  );
}

function BottomBar() {
  const places = usePlaces();
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-30 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      <ul className="grid grid-cols-5">
        {places
          .filter((place) => !place.inMenu)
          .map((place) => (
            <li key={place.path}>
              <BottomLink place={place} />
            </li>
          ))}
      </ul>
    </nav>
  );
}

function BottomLink({ place }: { place: Place }) {
  const current = useIsCurrent(place);
  return (
    <Link
      to={place.path}
      aria-current={current ? 'page' : undefined}
      className="flex h-14 flex-col items-center justify-center gap-1 text-2xs font-medium text-ink-faint focus-visible:-outline-offset-2 aria-[current=page]:text-ink aria-[current=page]:[&>svg]:text-accent"
    >
      <place.Icon aria-hidden className="size-5" />
      {place.short}
    </Link>
  );
}

/** Whether the page in sight is the place's own or one below it. */
function useIsCurrent({ path, also }: Place): boolean {
  const { pathname } = useLocation();
  const isBelow = (root: string) => pathname === root || pathname.startsWith(`${root}/`);
  if (path === '/') return pathname === '/';
  return isBelow(path) || (also !== undefined && isBelow(also));
}

/** Shows that the next page is being fetched. */
function LoadingLine() {
  const { state } = useNavigation();
  if (state === 'idle') return null;
  return <div aria-hidden className="breathe fixed inset-x-0 top-0 z-50 h-0.5 bg-accent" />;
}

/** Every page that is opened afresh has the same key; by its path it does not take over another's position. */
function scrollKey({ key, pathname }: Location): string {
  return key === 'default' ? pathname : key;
}
