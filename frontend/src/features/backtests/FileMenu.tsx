// The run as files.
import { ArrowDownTrayIcon } from '@heroicons/react/16/solid';
import { useState } from 'react';
import toast from 'react-hot-toast';
import { toApiError } from '../../api/errors';
import { useMenu } from '../../components/useMenu';
import { saveFile } from '../../api/saveFile';

const FILES = [
  { path: 'export?format=csv', ending: 'csv', title: 'Trades as CSV' },
  { path: 'export?format=parquet', ending: 'parquet', title: 'Trades as Parquet' },
  { path: 'export?format=json', ending: 'json', title: 'Everything as JSON' },
  { path: 'report', ending: 'html', title: 'Report as one page' },
] as const;

export function FileMenu({ id }: { id: string }) {
  const { ref, close } = useMenu();
  const [busy, setBusy] = useState(false);

  async function save(path: string, ending: string): Promise<void> {
    close();
    setBusy(true);
    try {
      await saveFile(`/backtests/${id}/${path}`, `backtest-${id}.${ending}`);
    } catch (cause) {
      toast.error(`The file could not be made. ${toApiError(cause).message}`);
    } finally {
      setBusy(false);
    }
  }

  return (
    <details ref={ref} className="relative">
      <summary
        aria-busy={busy}
        className="inline-flex h-9 cursor-pointer list-none items-center gap-1.5 rounded-md border border-line-strong px-3.5 text-base font-medium hover:border-ink-faint hover:bg-raised [&::-webkit-details-marker]:hidden"
      >
        <ArrowDownTrayIcon aria-hidden className="size-3.5" />
        {busy ? 'Fetching …' : 'Export'}
      </summary>
      <ul className="absolute right-0 z-20 mt-1 w-52 rounded-md border border-line-strong bg-raised py-1 shadow-float max-sm:right-auto max-sm:left-0">
        {FILES.map(({ path, ending, title }) => (
          <li key={path}>
            <button
              type="button"
              className="w-full px-3 py-1.5 text-left text-sm text-ink-soft hover:bg-surface hover:text-ink"
              onClick={() => void save(path, ending)}
            >
              {title}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
