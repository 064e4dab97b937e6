// What the exchange lets a key do, and what that means for the user's money.
import { CheckIcon, ExclamationTriangleIcon, MinusIcon } from '@heroicons/react/16/solid';
import type { ReactNode } from 'react';
import type { ApiKey } from '../../api/types';
import { useServerNow } from '../../api/useServerNow';
import { Moment } from '../../components/Figures';
import { frozenUntil } from './frozen';

export function KeyRights({ apiKey }: { apiKey: ApiKey }) {
  const frozen = frozenUntil([apiKey], useServerNow()) !== null;
  const { can_trade, can_withdraw, ip_restricted } = apiKey.permissions;
  return (
    <ul className="flex flex-wrap gap-x-5 gap-y-1 text-ink-soft">
      {frozen && <Right kind="bad">Frozen: no bot begins to trade with it</Right>}
      {!frozen && apiKey.trades_live && <Right kind="good">Bots may trade with it</Right>}
      {!apiKey.trades_live && <Right kind="bad">Bots do not trade with it</Right>}
      {!can_trade && <Right kind="bad">Cannot trade</Right>}
      {can_withdraw === false && <Right kind="good">Cannot withdraw</Right>}
      {can_withdraw === true && (
        <Right kind="bad">Can withdraw: switch that off at the exchange, or delete the key there</Right>
      )}
      {can_withdraw === null && apiKey.confirmed_at !== null && (
        <Right kind="good">
          Cannot withdraw, by your word of <Moment at={apiKey.confirmed_at} />
        </Right>
      )}
      {ip_restricted === true && <Right kind="good">Limited to certain addresses</Right>}
      {ip_restricted === false && (
        <Right kind="unknown">Works from any address: limit it to this server’s at the exchange</Right>
      )}
    </ul>
  );
}

const ICONS = {
  good: <CheckIcon aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-faint" />,
  bad: <ExclamationTriangleIcon aria-hidden className="mt-0.5 size-4 shrink-0 text-attention" />,
  unknown: <MinusIcon aria-hidden className="mt-0.5 size-4 shrink-0 text-attention" />,
} as const;

function Right({ kind, children }: { kind: keyof typeof ICONS; children: ReactNode }) {
  return (
    <li className="flex items-start gap-1">
      {ICONS[kind]}
      <span>{children}</span>
    </li>
  );
}
