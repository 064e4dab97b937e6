// What the bot holds just now.
import type { ReactNode } from 'react';
import type { Position } from '../../api/types';
import { Card } from '../../components/Card';
import { Age, Price, ProfitLoss, Quantity } from '../../components/Figures';
import { Skeleton } from '../../components/Skeleton';
import { Term } from '../../components/Tooltip';
import { baseOf, quoteOf } from '../../formatting';

interface OpenPositionProps {
  position: Position | undefined;
  loading: boolean;
  /** Whether a strategy says when to buy. */
  asked: boolean;
}

export function OpenPosition({ position, loading, asked }: OpenPositionProps) {
  return (
    <Card title="Open position">
      {loading && <Skeleton className="h-4 w-2/3" />}
      {!loading && !position && (
        <p className="text-sm text-ink-faint">
          {asked ? 'None. It buys on the next buy signal.' : 'None just now.'}
        </p>
      )}
      {position && (
        <dl className="grid gap-1.5 text-sm">
          <Line
            title="Result now"
            definition="What selling at the newest price would bring, after the fees paid so far."
          >
            <ProfitLoss value={position.unrealized_pnl} currency={quoteOf(position.symbol)} />
          </Line>
          <Line title="Holds">
            <Quantity value={position.quantity} currency={baseOf(position.symbol)} />
          </Line>
          <Line title="Entry" definition="The average price at which it was bought.">
            <Price value={position.entry_price} />
          </Line>
          <Line title="Now">
            <Price value={position.mark_price} />
          </Line>
          <Line title="Stop" definition="At this price the bot sells to limit the loss.">
            <Price value={position.stop_price} />
          </Line>
          <Line title="Target" definition="At this price the bot sells to take the profit.">
            <Price value={position.take_profit_price} />
          </Line>
          <Line title="Opened">
            <Age at={position.opened_at} />
          </Line>
        </dl>
      )}
    </Card>
  );
}

interface LineProps {
  title: string;
  definition?: string;
  children: ReactNode;
}

function Line({ title, definition, children }: LineProps) {
  return (
    <div className="flex justify-between gap-4">
      <dt className="text-ink-faint">{definition ? <Term definition={definition}>{title}</Term> : title}</dt>
      <dd>{children}</dd>
    </div>
  );
}
