// Keeps one chart of a run's candles in step: its lines, in panes of their own where they are no prices, its fills,
// and which span is in sight.
import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  LineSeries,
  LineStyle,
  type IChartApi,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { Fill, RunCandles } from '../api/types';
import type { Region } from '../formatting';
import { candleLook, chartColours, chartOptions, lineColours, seconds } from './chartTheme';

/** Seconds since 1970. */
export interface Sight {
  from: number;
  to: number;
}

/** With more marks their words run into each other. */
const MOST_WORDS = 40;
/** Of more marks each is drawn smaller. */
const MANY = 100;

export class RunDrawing {
  private readonly chart: IChartApi;
  private readonly series: ISeriesApi<'Candlestick'>;
  private readonly markers: ISeriesMarkersPluginApi<Time>;
  private lines: ISeriesApi<'Line'>[] = [];
  private times: readonly number[] = [];

  constructor(holder: HTMLElement, onSight: (sight: Sight) => void) {
    this.chart = createChart(holder, { autoSize: true });
    this.series = this.chart.addSeries(CandlestickSeries);
    this.markers = createSeriesMarkers(this.series, []);
    this.chart.timeScale().subscribeVisibleTimeRangeChange((range) => {
      if (range) onSight({ from: Number(range.from), to: Number(range.to) });
    });
  }

  remove(): void {
    this.chart.remove();
  }

  restyle(region: Region): void {
    const colours = chartColours();
    const options = chartOptions(colours, region);
    this.chart.applyOptions({
      ...options,
      layout: { ...options.layout, panes: { separatorColor: colours.line, enableResize: false } },
      timeScale: { ...options.timeScale, minBarSpacing: 0.02 },
    });
    this.series.applyOptions({ ...candleLook(colours, region), priceLineVisible: false });
  }

  /** Draws the candles; the span in sight stays, or everything is shown where none is given. */
  draw(candles: RunCandles, sight: Sight | null): void {
    this.times = candles.times;
    this.series.setData(
      candles.times.map((time, index) => ({
        time: time as UTCTimestamp,
        open: candles.open[index] ?? 0,
        high: candles.high[index] ?? 0,
        low: candles.low[index] ?? 0,
        close: candles.close[index] ?? 0,
      })),
    );
    this.drawLines(candles);
    const [first, last] = [candles.times[0], candles.times.at(-1)];
    if (first === undefined || last === undefined) return;
    const scale = this.chart.timeScale();
    if (sight && sight.from < last && sight.to > first) {
      const from = Math.max(first, sight.from) as UTCTimestamp;
      scale.setVisibleRange({ from, to: Math.min(last, sight.to) as UTCTimestamp });
    } else scale.fitContent();
  }

  private drawLines({ lines, times }: RunCandles): void {
    for (const old of this.lines) this.chart.removeSeries(old);
    const palette = lineColours(chartColours());
    const panes = [...new Set(lines.map((line) => line.pane).filter((pane) => pane !== 'price'))];
    const { inkFaint } = chartColours();
    this.lines = lines.map((line, index) => {
      const pane = line.pane === 'price' ? 0 : panes.indexOf(line.pane) + 1;
      const made = this.chart.addSeries(
        LineSeries,
        {
          color: palette[index % palette.length] ?? inkFaint,
          lineWidth: 1,
          priceLineVisible: false,
          lastValueVisible: false,
          crosshairMarkerVisible: false,
        },
        pane,
      );
      made.setData(
        times.map((time, at) => {
          const value = line.values[at];
          return value == null ? { time: time as UTCTimestamp } : { time: time as UTCTimestamp, value };
        }),
      );
      for (const level of line.levels) {
        made.createPriceLine({
          price: level,
          color: inkFaint,
          lineWidth: 1,
          lineStyle: LineStyle.Dotted,
          axisLabelVisible: false,
        });
      }
      return made;
    });
    this.chart.panes().forEach((pane, index) => {
      pane.setStretchFactor(index === 0 ? 3 : 1);
    });
  }

  drawFills(fills: readonly Fill[], words: (purpose: string) => string): void {
    const colours = chartColours();
    const isSpeaking = fills.length <= MOST_WORDS;
    this.markers.setMarkers(
      fills.flatMap((fill): SeriesMarker<Time>[] => {
        const time = this.candleOf(seconds(fill.at));
        if (time === null) return [];
        const buys = fill.side === 'buy';
        return [
          {
            time: time as UTCTimestamp,
            position: buys ? 'belowBar' : 'aboveBar',
            shape: buys ? 'arrowUp' : 'arrowDown',
            color: buys ? colours.accent : colours.ink,
            size: fills.length > MANY ? 0.5 : 1,
            text: isSpeaking ? words(fill.purpose) : '',
          },
        ];
      }),
    );
  }

  /** The time of the candle during which something happened, or null where it lies before the chart. */
  private candleOf(moment: number): number | null {
    const first = this.times[0];
    if (first === undefined || moment < first) return null;
    let [low, high] = [0, this.times.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.times[middle] ?? 0) <= moment) low = middle;
      else high = middle - 1;
    }
    return this.times[low] ?? null;
  }
}
