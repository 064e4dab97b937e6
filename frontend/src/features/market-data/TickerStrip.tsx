// The newest prices of the markets in use, along the top.
import { Percent, Price } from '../../components/Figures';
import { useTickers } from './queries';

const EXCHANGE = 'binance';

export function TickerStrip() {
  const { data: tickers } = useTickers(EXCHANGE);
  return (
    <div
      role="region"
      aria-label="Prices"
      // Whoever has no mouse scrolls it by the arrow keys.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className="min-w-0 flex-1 [scrollbar-width:none] overflow-x-auto"
    >
      <ul className="flex items-center gap-6">
        {tickers?.map((ticker) => (
          <li key={ticker.symbol} className="flex items-baseline gap-2 text-sm whitespace-nowrap">
            <span className="text-xs text-ink-faint">{ticker.symbol}</span>
            <Price value={ticker.price} />
            {ticker.change_percentage_24h !== null && (
              <span className="text-xs">
                <Percent value={ticker.change_percentage_24h} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
