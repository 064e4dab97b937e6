// Why a bot does not trade as one might think: stopped by itself, paused, or not looked at just now.
import { ExclamationTriangleIcon, InformationCircleIcon } from '@heroicons/react/16/solid';
import type { ReactNode } from 'react';
import { useServerNow } from '../../api/useServerNow';
import type { Bot } from '../../api/types';
import { Age } from '../../components/Figures';
import { isMissed } from './watch';

export function StatusNotice({ bot }: { bot: Bot }) {
  const missed = isMissed(bot, useServerNow());
  if (missed) {
    return (
      <Notice urgent>
        Nothing looks at this bot just now, although it is switched on; the last look was{' '}
        <Age at={bot.last_run_at ?? bot.started_at} />. Until it is looked at again, it neither buys nor sells
        {bot.stop_on_exchange
          ? '; its stop rests at the exchange and goes on working there'
          : ', and no stop loss watches what it holds'}
        . This mends itself when the platform’s workers or the exchange’s prices are back; if you cannot wait,
        sell at the exchange itself.
      </Notice>
    );
  }
  if (bot.is_running || !bot.status_reason) return null;
  return <Notice urgent={bot.status !== 'stopped' && bot.status !== 'paused'}>{bot.status_reason}</Notice>;
}

function Notice({ urgent, children }: { urgent: boolean; children: ReactNode }) {
  const Icon = urgent ? ExclamationTriangleIcon : InformationCircleIcon;
  return (
    <p
      role="status"
      className={`flex items-start gap-2 rounded-lg border px-4 py-3 text-sm ${urgent ? 'border-attention bg-attention-soft' : 'border-line bg-surface text-ink-soft'}`}
    >
      <Icon
        aria-hidden
        className={`mt-0.5 size-4 shrink-0 ${urgent ? 'text-attention' : 'text-ink-faint'}`}
      />
      <span>{children}</span>
    </p>
  );
}
