// How charts look: the page's own tokens, read when the theme changes.
import {
  ColorType,
  CrosshairMode,
  type CandlestickSeriesPartialOptions,
  type ChartOptions,
  type DeepPartial,
  type Time,
} from 'lightweight-charts';
import { formatMoment, formatMoney, formatPrice, withSign, type Region } from '../formatting';

export interface ChartColours {
  surface: string;
  line: string;
  lineStrong: string;
  ink: string;
  inkFaint: string;
  accent: string;
  profit: string;
  loss: string;
  candleUp: string;
  candleDown: string;
  indicators: readonly string[];
}

export function chartColours(): ChartColours {
  const styles = getComputedStyle(document.documentElement);
  const token = (name: string) => styles.getPropertyValue(`--${name}`).trim();
  return {
    surface: token('surface'),
    line: token('line'),
    lineStrong: token('line-strong'),
    ink: token('ink'),
    inkFaint: token('ink-faint'),
    accent: token('accent'),
    profit: token('profit'),
    loss: token('loss'),
    candleUp: token('candle-up'),
    candleDown: token('candle-down'),
    indicators: [token('accent'), token('line-second'), token('line-third')],
  };
}

/** `#rrggbb` with an opacity from 0 to 1. */
export function faded(colour: string, opacity: number): string {
  return `${colour}${Math.round(opacity * 255)
    .toString(16)
    .padStart(2, '0')}`;
}

export function chartOptions(colours: ChartColours, region: Region): DeepPartial<ChartOptions> {
  return {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: colours.surface },
      textColor: colours.inkFaint,
      fontFamily: "'IBM Plex Mono', ui-monospace, monospace",
      fontSize: 11,
    },
    grid: { vertLines: { visible: false }, horzLines: { color: faded(colours.line, 0.7) } },
    crosshair: {
      mode: CrosshairMode.Normal,
      vertLine: { color: colours.lineStrong, labelBackgroundColor: colours.lineStrong },
      horzLine: { color: colours.lineStrong, labelBackgroundColor: colours.lineStrong },
    },
    rightPriceScale: { borderVisible: false },
    timeScale: {
      borderColor: colours.line,
      timeVisible: true,
      secondsVisible: false,
      tickMarkFormatter: (time: Time, weight: number) => tickMark(time, weight, region),
    },
    localization: {
      locale: region.locale,
      timeFormatter: (time: Time) => formatMoment(Number(time) * 1000, region, 'short'),
    },
    handleScroll: { vertTouchDrag: false },
  };
}

/** Rising candles are hollow and falling ones filled, because green and red mean profit and loss here. */
export function candleLook(colours: ChartColours, region: Region): CandlestickSeriesPartialOptions {
  return {
    upColor: colours.surface,
    borderUpColor: colours.candleUp,
    wickUpColor: colours.candleUp,
    downColor: colours.candleDown,
    borderDownColor: colours.candleDown,
    wickDownColor: colours.candleDown,
    priceLineColor: colours.inkFaint,
    priceFormat: {
      type: 'custom',
      minMove: 0.00000001,
      formatter: (value: number) => axisPrice(value, region),
    },
  };
}

/** Colours of lines that are told apart, at most five. */
export function lineColours(colours: ChartColours): readonly string[] {
  return [...colours.indicators, colours.ink, colours.inkFaint];
}

// TickMarkType of the library: 0 year, 1 month, 2 day, 3 time, 4 time with seconds.
function tickMark(time: Time, weight: number, region: Region): string {
  const at = Number(time) * 1000;
  if (weight <= 1) return formatMoment(at, region, 'month');
  if (weight === 2) return formatMoment(at, region, 'day');
  return formatMoment(at, region, weight === 4 ? 'clock' : 'time');
}

/** lightweight-charts draws floating point; text on its axes goes through the same formatting as everywhere. */
export function axisPrice(value: number, region: Region): string {
  return formatPrice(value, region.locale);
}

export function axisMoney(value: number, region: Region): string {
  return withSign(value, formatMoney(Math.abs(value), region.locale));
}

export function seconds(moment: string): number {
  return Math.floor(Date.parse(moment) / 1000);
}
