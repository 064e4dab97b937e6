// Why a bot does not run, where it stopped by itself or holds something.
import { ExclamationTriangleIcon, InformationCircleIcon } from '@heroicons/react/16/solid';
import type { Bot } from '../../api/types';

export function StatusNotice({ bot }: { bot: Bot }) {
  if (bot.is_running || !bot.status_reason) return null;
  const needsLook = bot.status !== 'stopped';
  const Icon = needsLook ? ExclamationTriangleIcon : InformationCircleIcon;
  return (
    <p
      className={`flex items-start gap-2 rounded-lg border px-4 py-3 text-sm ${needsLook ? 'border-attention bg-attention-soft' : 'border-line bg-surface text-ink-soft'}`}
    >
      <Icon
        aria-hidden
        className={`mt-0.5 size-4 shrink-0 ${needsLook ? 'text-attention' : 'text-ink-faint'}`}
      />
      {bot.status_reason}
    </p>
  );
}
