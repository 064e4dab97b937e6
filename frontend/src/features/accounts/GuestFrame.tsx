// The frame of the pages before a login: what this is at the left, the form at the right.
import type { ReactNode } from 'react';
import { Brand } from '../../app/Brand';
import { ThemeToggle } from '../../components/ThemeToggle';
import { FleetLines } from './FleetLines';

interface GuestFrameProps {
  title: string;
  below?: ReactNode;
  children: ReactNode;
}

export function GuestFrame({ title, below, children }: GuestFrameProps) {
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[minmax(0,1fr)_minmax(26rem,34rem)]">
      <title>{`${title} · Tradefleet`}</title>
      <aside className="relative hidden overflow-hidden border-r border-line bg-sunken lg:flex lg:flex-col lg:justify-between lg:p-12">
        <FleetLines />
        <div className="relative">
          <Brand />
        </div>
        <div className="relative max-w-lg">
          <p className="text-[2rem] leading-tight font-medium tracking-tight text-balance">
            Every trade has a reason. Read it.
          </p>
          <ul className="mt-8 space-y-3 text-base text-ink-soft">
            <Promise title="What you tested is what trades.">
              One decision code for history, paper and live.
            </Promise>
            <Promise title="Your keys stay yours.">
              Encrypted, never shown again, refused when they can withdraw.
            </Promise>
            <Promise title="Begin on paper.">No exchange account is needed to watch a bot work.</Promise>
          </ul>
        </div>
      </aside>
      <main className="flex min-h-dvh flex-col bg-ground px-6 py-5 sm:px-12">
        <div className="flex h-9 items-center justify-between lg:justify-end">
          <span className="lg:hidden">
            <Brand />
          </span>
          <ThemeToggle />
        </div>
        <div className="mx-auto flex w-full max-w-sm flex-1 flex-col justify-center py-10">
          <h1 className="mb-6 text-2xl font-semibold tracking-tight">{title}</h1>
          {children}
          {below && <p className="mt-8 text-sm text-ink-faint">{below}</p>}
        </div>
      </main>
    </div>
  );
}

function Promise({ title, children }: { title: string; children: ReactNode }) {
  return (
    <li className="border-l-2 border-accent pl-4">
      <span className="block font-medium text-ink">{title}</span>
      {children}
    </li>
  );
}
