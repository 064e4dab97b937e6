// How to make a key at the exchange, and what to leave off.
import { ArrowTopRightOnSquareIcon, ShieldCheckIcon } from '@heroicons/react/16/solid';
import type { Exchange } from '../../api/types';

export function KeyGuide({ exchange }: { exchange: Exchange }) {
  return (
    <div className="rounded-md border border-line bg-ground p-4 text-sm">
      <p className="font-medium">
        {exchange.is_sandbox ? 'This is a sandbox' : `How to make a key at ${exchange.name}`}
      </p>
      {exchange.is_sandbox && (
        <p className="mt-1 text-ink-soft">
          This installation sends the orders of {exchange.name} to its own simulated exchange. Bots trade
          exactly as they would with real money, but nothing can be lost.
        </p>
      )}
      <ol className="mt-3 list-decimal space-y-1.5 pl-5 text-ink-soft marker:text-ink-faint">
        {exchange.key_guide.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <a
        href={exchange.key_page_url}
        target="_blank"
        rel="noreferrer"
        className="mt-3 inline-flex items-center gap-1.5 text-accent underline-offset-4 hover:underline"
      >
        {exchange.is_sandbox ? 'Open the sandbox and make a key' : `Open the key page of ${exchange.name}`}
        <ArrowTopRightOnSquareIcon aria-hidden className="size-3.5" />
      </a>
      {!exchange.is_sandbox && (
        <p className="mt-3 flex items-start gap-2 border-t border-line pt-3 text-ink-soft">
          <ShieldCheckIcon aria-hidden className="mt-0.5 size-4 shrink-0 text-accent" />
          <span>
            {exchange.tells_rights
              ? 'Leave withdrawals off: a key that can withdraw is refused. '
              : `${exchange.name} does not tell whether a key can withdraw: you confirm in words that it cannot. `}
            Where the exchange offers it, limit the key to this server’s address, so that it is worth nothing
            to anybody else.
          </span>
        </p>
      )}
    </div>
  );
}
