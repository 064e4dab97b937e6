// Offers to have a market's candles fetched, and shows how far that is.
import { useState } from 'react';
import { toApiError } from '../../api/errors';
import type { NewDownload } from '../../api/types';
import { Button } from '../../components/Button';
import { FormProblem } from '../../components/Field';
import { useRegion } from '../../components/region';
import { formatCount, formatPercent, timeframeInWords } from '../../formatting';
import { ProgressBar } from '../../components/ProgressBar';
import { isFinished, useCancelDownload, useDownload, useStartDownload } from './queries';

interface DownloadPanelProps {
  exchange: string;
  symbol: string;
  timeframe: string;
  /** Days such as 2024-01-31. */
  start: string;
  end: string;
}

export function DownloadPanel({ exchange, symbol, timeframe, start, end }: DownloadPanelProps) {
  const [id, setId] = useState<string | null>(null);
  const begin = useStartDownload();
  const cancel = useCancelDownload();
  const { data: download } = useDownload(id);
  const { locale } = useRegion();
  const busy = download !== undefined && !isFinished(download);
  const problem = begin.error ?? cancel.error;

  if (busy) {
    return (
      <Frame>
        <p className="text-sm">
          Downloading {download.symbol}: {formatPercent(download.percentage, locale, 0)},{' '}
          {formatCount(download.new_candles, locale)} new candles
        </p>
        <ProgressBar label="Progress of the download" value={download.percentage} />
        <Button
          size="small"
          busy={cancel.isPending}
          onClick={() => {
            cancel.mutate(download.id);
          }}
        >
          Cancel
        </Button>
      </Frame>
    );
  }
  return (
    <Frame>
      <p className="text-sm text-ink-soft">{words(download, symbol, timeframe)}</p>
      <FormProblem message={download?.error ?? (problem ? toApiError(problem).message : undefined)} />
      <Button
        size="small"
        busy={begin.isPending}
        disabled={symbol === '' || start === ''}
        onClick={() => {
          begin.mutate(
            {
              exchange,
              symbol,
              timeframe: timeframe as NewDownload['timeframe'],
              from: start,
              to: end === '' ? null : end,
            },
            {
              onSuccess: (made) => {
                setId(made.id);
              },
            },
          );
        }}
      >
        Download them
      </Button>
    </Frame>
  );
}

function words(download: { status: string } | undefined, symbol: string, timeframe: string): string {
  const wanted = `candles of ${timeframeInWords(timeframe)} of ${symbol || 'this market'}`;
  if (download?.status === 'done') {
    return `The download is complete, yet the exchange gave no ${wanted} for this period. Choose another period.`;
  }
  if (download?.status === 'canceled') return 'The download was stopped; what it had stored stays.';
  return `There are no ${wanted} for the whole of this period. They can be fetched from the exchange; only what is missing is.`;
}

function Frame({ children }: { children: React.ReactNode }) {
  return (
    <div
      role="status"
      className="grid justify-items-start gap-2.5 rounded-md border border-accent bg-accent-soft px-4 py-3 *:w-full [&>button]:w-auto"
    >
      {children}
    </div>
  );
}
