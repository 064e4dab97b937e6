// The foot of the page, as on a terminal: connection, fleet, result of the day, clock.
import { useEffect, useState } from 'react';
import { ProfitLoss } from '../components/Figures';
import { useRegion } from '../components/region';
import { StatusDot } from '../components/Status';
import { usePortfolio } from '../features/portfolio/queries';
import { useRealtime } from '../features/realtime/state';
import { formatMoment } from '../formatting';
import { useConfiguration } from './configuration';

const CONNECTION = {
  connecting: { mark: 'idle', words: 'Connecting' },
  live: { mark: 'live', words: 'Live' },
  away: { mark: 'attention', words: 'Not live: figures are refreshed every 15 seconds' },
} as const;

export function StatusBar() {
  const { mark, words } = CONNECTION[useRealtime((realtime) => realtime.status)];
  const { data: portfolio } = usePortfolio();
  const { data: configuration } = useConfiguration();
  return (
    <footer className="sticky bottom-0 z-20 hidden h-7 items-center gap-5 border-t border-line bg-surface px-4 text-xs text-ink-faint md:flex">
      <span role="status" className="flex items-center gap-1">
        <StatusDot mark={mark} />
        {words}
      </span>
      {portfolio && (
        <>
          <span>
            {portfolio.running_bots} of {portfolio.bots_count} {portfolio.bots_count === 1 ? 'bot' : 'bots'}{' '}
            running
          </span>
          <span>
            Today <ProfitLoss value={portfolio.profit_loss_today} />
          </span>
        </>
      )}
      <span className="ml-auto flex items-center gap-5">
        {configuration && configuration.environment !== 'production' && (
          <span>{configuration.environment}</span>
        )}
        {configuration && (
          <a
            href={configuration.api_docs_url}
            className="decoration-line-strong underline-offset-2 hover:text-ink hover:underline"
          >
            API
          </a>
        )}
        <Clock />
      </span>
    </footer>
  );
}

function Clock() {
  const region = useRegion();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, 1000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return (
    <span className="figure" title="Times are shown in your zone; the profile changes it.">
      {formatMoment(now, region, 'clock')} {region.timezone}
    </span>
  );
}
