// The newest prices of the markets in use, along the top.
import { Percent, Price } from '../../components/Figures';
import { useTickers } from './queries';

const EXCHANGE = 'binance';

export function TickerStrip() {
  const { data: tickers } = useTickers(EXCHANGE);
  return (
    <ul
      aria-label="Prices"
      className="flex min-w-0 flex-1 [scrollbar-width:none] items-center gap-6 overflow-x-auto"
    >
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
  );
}
