// What the exchange lets a key do, and what that means for the user's money.
import { CheckIcon, ExclamationTriangleIcon, MinusIcon } from '@heroicons/react/16/solid';
import type { ReactNode } from 'react';
import type { KeyPermissions } from '../../api/types';

export function KeyRights({ permissions }: { permissions: KeyPermissions }) {
  const { can_trade, can_withdraw } = permissions;
  return (
    <ul className="flex flex-wrap gap-x-5 gap-y-1 text-ink-soft">
      {can_trade ? (
        <Right kind="good">Can trade</Right>
      ) : (
        <Right kind="bad">Cannot trade: bots cannot use it</Right>
      )}
      {can_withdraw === false && <Right kind="good">Cannot withdraw</Right>}
      {can_withdraw === true && (
        <Right kind="bad">Can withdraw: switch that off at the exchange, or delete the key there</Right>
      )}
      {can_withdraw === null && (
        <Right kind="unknown">The exchange does not tell whether it can withdraw: look there yourself</Right>
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
      {children}
    </li>
  );
}
