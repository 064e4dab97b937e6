// Numbers and moments as they are shown everywhere.
import { useEffect, useState } from 'react';
import {
  formatAge,
  formatMoment,
  formatMoney,
  formatPercent,
  formatPrice,
  formatQuantity,
  NOTHING,
  signOf,
  withSign,
} from '../formatting';
import { useRegion } from './region';

interface MoneyProps {
  value: string | null | undefined;
  currency?: string | undefined;
}

function Absent() {
  return <span className="text-ink-faint">{NOTHING}</span>;
}

function Unit({ children }: { children: string }) {
  return <span className="ml-1 text-[0.8em] font-normal tracking-normal text-ink-faint">{children}</span>;
}

export function Money({ value, currency }: MoneyProps) {
  const { locale } = useRegion();
  if (value == null) return <Absent />;
  return (
    <span className="figure">
      {formatMoney(value, locale)}
      {currency && <Unit>{currency}</Unit>}
    </span>
  );
}

export function Price({ value, currency }: MoneyProps) {
  const { locale } = useRegion();
  if (value == null) return <Absent />;
  return (
    <span className="figure">
      {formatPrice(value, locale)}
      {currency && <Unit>{currency}</Unit>}
    </span>
  );
}

export function Quantity({ value, currency }: MoneyProps) {
  const { locale } = useRegion();
  if (value == null) return <Absent />;
  return (
    <span className="figure">
      {formatQuantity(value, locale)}
      {currency && <Unit>{currency}</Unit>}
    </span>
  );
}

const ARROWS = { [-1]: '▼', 0: '', 1: '▲' } as const;
const COLOURS = { [-1]: 'text-loss', 0: 'text-ink-soft', 1: 'text-profit' } as const;

interface SignedProps {
  value: string;
  text: string;
  unit?: string | undefined;
}

function Signed({ value, text, unit }: SignedProps) {
  const sign = signOf(value);
  return (
    <span className={`figure ${COLOURS[sign]}`}>
      {sign !== 0 && (
        <span aria-hidden className="mr-1 inline-block align-[0.1em] text-[0.62em]">
          {ARROWS[sign]}
        </span>
      )}
      {withSign(value, text)}
      {unit && <Unit>{unit}</Unit>}
    </span>
  );
}

/** Profit or loss: sign, arrow and colour say the same. */
export function ProfitLoss({ value, currency }: MoneyProps) {
  const { locale } = useRegion();
  if (value == null) return <Absent />;
  return <Signed value={value} text={formatMoney(unsigned(value), locale)} unit={currency} />;
}

/** A change in per cent: sign, arrow and colour say the same. */
export function Percent({ value }: { value: string | null | undefined }) {
  const { locale } = useRegion();
  if (value == null) return <Absent />;
  return <Signed value={value} text={formatPercent(unsigned(value), locale)} />;
}

function unsigned(value: string): string {
  return value.startsWith('-') ? value.slice(1) : value;
}

/** A moment in the user's zone; the full one with its zone shows on hover. */
export function Moment({ at, style = 'short' }: { at: string | null; style?: 'short' | 'time' | 'clock' }) {
  const region = useRegion();
  if (at === null) return <Absent />;
  return (
    <time dateTime={at} title={formatMoment(at, region, 'full')} className="figure">
      {formatMoment(at, region, style)}
    </time>
  );
}

const MINUTE = 60_000;

/** How long ago; it grows while one looks at it. */
export function Age({ at }: { at: string | null }) {
  const region = useRegion();
  const [now, setNow] = useState(() => Date.now());
  const young = at !== null && now - Date.parse(at) < MINUTE;
  useEffect(() => {
    const timer = setInterval(
      () => {
        setNow(Date.now());
      },
      young ? 1000 : MINUTE / 2,
    );
    return () => {
      clearInterval(timer);
    };
  }, [young]);
  if (at === null) return <Absent />;
  return (
    <time dateTime={at} title={formatMoment(at, region, 'full')}>
      {formatAge(at, now, region.locale)}
    </time>
  );
}
