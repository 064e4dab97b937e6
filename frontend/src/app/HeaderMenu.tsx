// The menu of the header: the panic button wherever one is, and on a phone the places without room in its bar.
import { Bars3Icon, HandRaisedIcon } from '@heroicons/react/20/solid';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'react-router';
import { useMenu } from '../components/useMenu';
import { PlaceCount } from './PlaceCount';
import { usePlaces } from './usePlaces';

// Seldom wanted, so not part of the first load.
const PanicDialog = lazy(async () => ({
  default: (await import('../features/controls/PanicDialog')).PanicDialog,
}));

const ITEM = 'flex w-full items-center gap-2.5 px-3 py-2 text-left text-sm hover:bg-surface';

export function HeaderMenu() {
  const { ref, close } = useMenu();
  const places = usePlaces();
  const [asking, setAsking] = useState(false);

  return (
    <>
      <details ref={ref} className="relative shrink-0">
        <summary
          aria-label="Menu"
          title="Menu"
          className="grid size-8 cursor-pointer list-none place-items-center rounded-md text-ink-faint transition-colors hover:bg-raised hover:text-ink [&::-webkit-details-marker]:hidden"
        >
          <Bars3Icon aria-hidden className="size-4.5" />
        </summary>
        <ul className="absolute right-0 z-40 mt-1 w-56 rounded-md border border-line-strong bg-raised py-1 shadow-float">
          {places
            .filter((place) => place.inMenu)
            .map((place) => (
              <li key={place.path} className="md:hidden">
                <Link to={place.path} className={`${ITEM} text-ink-soft hover:text-ink`} onClick={close}>
                  <place.Icon aria-hidden className="size-4 text-ink-faint" />
                  <span className="flex-1">{place.title}</span>
                  {place.counts && <PlaceCount />}
                </Link>
              </li>
            ))}
          <li className="max-md:mt-1 max-md:border-t max-md:border-line max-md:pt-1">
            <button
              type="button"
              className={`${ITEM} text-attention`}
              onClick={() => {
                close();
                setAsking(true);
              }}
            >
              <HandRaisedIcon aria-hidden className="size-4" />
              Stop all buying …
            </button>
          </li>
        </ul>
      </details>
      {asking && (
        <Suspense>
          <PanicDialog
            onClose={() => {
              setAsking(false);
            }}
          />
        </Suspense>
      )}
    </>
  );
}
