// States as a word with a mark; the mark's shape tells as much as its colour.
import { ExclamationTriangleIcon } from '@heroicons/react/16/solid';
import type { ReactNode } from 'react';

type Mark = 'live' | 'idle' | 'attention';

export function StatusDot({ mark }: { mark: Mark }) {
  if (mark === 'attention') {
    return <ExclamationTriangleIcon aria-hidden className="size-3.5 shrink-0 text-attention" />;
  }
  return (
    <span
      aria-hidden
      className={`mx-[3px] size-2 shrink-0 rounded-full ${mark === 'live' ? 'breathe bg-accent' : 'border border-ink-faint'}`}
    />
  );
}

export function Status({ mark, children }: { mark: Mark; children: ReactNode }) {
  return (
    <span className="inline-flex items-center gap-1.5 text-sm whitespace-nowrap">
      <StatusDot mark={mark} />
      <span>{children}</span>
    </span>
  );
}

type Tone = 'plain' | 'accent' | 'attention';

const TONES: Record<Tone, string> = {
  plain: 'border-line-strong text-ink-soft',
  accent: 'border-accent text-accent',
  attention: 'border-attention text-attention',
};

export function Badge({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={`inline-flex h-5 items-center rounded-sm border px-1.5 text-2xs font-medium whitespace-nowrap ${TONES[tone]}`}
    >
      {children}
    </span>
  );
}
