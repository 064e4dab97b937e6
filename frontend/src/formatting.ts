// The one place where numbers and moments become text: in the user's locale and zone, from decimal strings without
// a detour over floating point.
import Big from 'big.js';

export interface Region {
  locale: string;
  timezone: string;
}

/** What stands where there is no number. */
export const NOTHING = '–';

type Decimal = string | number;

/** The sign of a decimal string: -1, 0 or 1. */
export function signOf(value: Decimal): -1 | 0 | 1 {
  const amount = Big(value);
  if (amount.eq(0)) return 0;
  return amount.gt(0) ? 1 : -1;
}

export function isDecimal(text: string): boolean {
  return /^-?(\d+\.?\d*|\.\d+)$/.test(text.trim());
}

const formats = new Map<string, Intl.NumberFormat>();

function numberFormat(locale: string, least: number, most: number): Intl.NumberFormat {
  const name = `${locale} ${least} ${most}`;
  let format = formats.get(name);
  if (!format) {
    format = new Intl.NumberFormat(locale, { minimumFractionDigits: least, maximumFractionDigits: most });
    formats.set(name, format);
  }
  return format;
}

/** Rounds half to even, so that many rounded numbers do not drift upwards together. */
function write(value: Decimal, locale: string, least: number, most: number): string {
  const rounded = Big(value).round(most, Big.roundHalfEven);
  // A small loss must not read as "-0.00".
  const text = rounded.eq(0) ? '0' : rounded.toFixed();
  return numberFormat(locale, least, most).format(text as Intl.StringNumericLiteral);
}

/** Money in quote currency: two places, more where it is so small that two would show nothing. */
export function formatMoney(value: Decimal, locale: string): string {
  const size = Big(value).abs();
  const places = size.eq(0) || size.gte('0.01') ? 2 : 6;
  return write(value, locale, 2, places);
}

/** A price, with as many places as its size needs to show a tick. */
export function formatPrice(value: Decimal, locale: string): string {
  const size = Big(value).abs();
  if (size.gte(100)) return write(value, locale, 2, 2);
  if (size.gte(1)) return write(value, locale, 4, 4);
  return write(value, locale, 4, 8);
}

/** A quantity of a coin: at most eight places, none that say nothing. */
export function formatQuantity(value: Decimal, locale: string): string {
  return write(value, locale, 0, 8);
}

export function formatCount(value: number, locale: string): string {
  return write(value, locale, 0, 0);
}

/** A percentage that is given in per cent. */
export function formatPercent(value: Decimal, locale: string, places = 2): string {
  return `${write(value, locale, places, places)} %`;
}

/** A share from 0 to 1 as a percentage. */
export function formatShare(value: number, locale: string): string {
  return formatPercent(Big(value).times(100).toFixed(), locale, 1);
}

/** The size of a change without its sign, which arrow and colour tell too. */
export function withSign(value: Decimal, text: string): string {
  const sign = signOf(value);
  if (sign === 0) return text;
  return sign > 0 ? `+${text}` : `−${text}`;
}

const moments = new Map<string, Intl.DateTimeFormat>();

type MomentStyle = 'full' | 'short' | 'time' | 'day' | 'clock' | 'month';

const MOMENT_STYLES: Record<MomentStyle, Intl.DateTimeFormatOptions> = {
  full: { dateStyle: 'medium', timeStyle: 'long' },
  short: {
    month: 'short',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  },
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  clock: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  day: { day: 'numeric', month: 'short' },
  month: { month: 'short', year: 'numeric' },
};

export function formatMoment(
  at: string | number | Date,
  region: Region,
  style: MomentStyle = 'short',
): string {
  const name = `${region.locale} ${region.timezone} ${style}`;
  let format = moments.get(name);
  if (!format) {
    format = new Intl.DateTimeFormat(region.locale, { ...MOMENT_STYLES[style], timeZone: region.timezone });
    moments.set(name, format);
  }
  return format.format(new Date(at));
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];

/** How long ago, in the largest unit that fits: "3 minutes ago". */
export function formatAge(at: string, now: number, locale: string): string {
  const difference = Math.min(0, Date.parse(at) - now);
  const [unit, length] = STEPS.find(([, step]) => -difference >= step) ?? ['second', 1000];
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(
    Math.trunc(difference / length),
    unit,
  );
}

/** The quote currency of a market: USDT of BTC/USDT. */
export function quoteOf(symbol: string): string {
  return symbol.split('/')[1]?.split(':')[0] ?? '';
}

/** The traded coin of a market: BTC of BTC/USDT. */
export function baseOf(symbol: string): string {
  return symbol.split('/')[0] ?? symbol;
}

const UNITS: Record<string, string> = {
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
};

/** A time frame in words: "15 minutes", "1 hour". */
export function timeframeInWords(timeframe: string): string {
  const match = /^(\d+)([smhdw])$/.exec(timeframe);
  const unit = match?.[2] ? UNITS[match[2]] : undefined;
  if (!match?.[1] || !unit) return timeframe;
  return match[1] === '1' ? `1 ${unit}` : `${match[1]} ${unit}s`;
}

const UNIT_SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

export function timeframeInSeconds(timeframe: string): number {
  const match = /^(\d+)([smhdw])$/.exec(timeframe);
  return Number(match?.[1] ?? 60) * (UNIT_SECONDS[match?.[2] ?? 'm'] ?? 1);
}

const LENGTHS: [string, number][] = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
];

/** A length of time in its two largest units: "3 d 4 h", "12 min 30 s". */
export function formatDuration(seconds: Decimal, locale: string): string {
  let rest = Math.round(Number(seconds));
  const parts: string[] = [];
  for (const [unit, length] of LENGTHS) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) parts.push(`${formatCount(count, locale)} ${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ') || `0 s`;
}

/** A short length of time, to a tenth of a second: "2.5 s". */
export function formatSeconds(seconds: Decimal, locale: string): string {
  return `${write(seconds, locale, 1, 1)} s`;
}

/** A ratio such as Sharpe's. */
export function formatRatio(value: Decimal, locale: string): string {
  return write(value, locale, 2, 2);
}

const days = new Map<string, Intl.DateTimeFormat>();

/** Days in UTC, in which the periods of backtests are meant: "Jan 1 – Feb 1, 2022". */
export function formatDays(from: string, to: string, locale: string): string {
  let format = days.get(locale);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, {
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      timeZone: 'UTC',
    });
    days.set(locale, format);
  }
  return format.formatRange(new Date(from), new Date(to));
}
