// Keeps one lightweight-charts chart in step with what should be on it.
import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  LineSeries,
  LineStyle,
  type CandlestickData,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { Candle, IndicatorLine } from '../api/types';
import type { Region } from '../formatting';
import { candleLook, chartColours, chartOptions, seconds } from './chartTheme';

export interface TradeMarker {
  at: string;
  kind: 'buy' | 'sell';
  /** What the sale brought; decides its colour. */
  result: -1 | 0 | 1;
  text: string;
}

export interface Level {
  kind: 'entry' | 'stop' | 'target' | 'resting';
  price: string;
  /** Empty for a line that goes without a label. */
  title: string;
}

export interface CandlePicture {
  candles: readonly Candle[];
  /** The candle of now, while the market is followed. */
  live: Candle | undefined;
  indicators: readonly IndicatorLine[];
  markers: readonly TradeMarker[];
  levels: readonly Level[];
}

export class CandleDrawing {
  private readonly chart: IChartApi;
  private readonly series: ISeriesApi<'Candlestick'>;
  private readonly markers: ISeriesMarkersPluginApi<Time>;
  private readonly lines = new Map<string, ISeriesApi<'Line'>>();
  private levels: IPriceLine[] = [];
  private times: number[] = [];
  private firstTime: number | null = null;

  constructor(holder: HTMLElement) {
    this.chart = createChart(holder, { autoSize: true });
    this.series = this.chart.addSeries(CandlestickSeries);
    this.markers = createSeriesMarkers(this.series, []);
  }

  remove(): void {
    this.chart.remove();
  }

  restyle(region: Region): void {
    const colours = chartColours();
    this.chart.applyOptions(chartOptions(colours, region));
    this.chart.timeScale().applyOptions({ rightOffset: 6 });
    this.series.applyOptions(candleLook(colours, region));
  }

  drawCandles(candles: readonly Candle[], indicators: readonly IndicatorLine[]): void {
    const bars = candles.map(bar);
    this.times = bars.map((one) => one.time as number);
    const spacing = this.times.length > 1 ? (this.times[1] ?? 0) - (this.times[0] ?? 0) : 60;
    this.chart.timeScale().applyOptions({ secondsVisible: spacing < 60 });
    this.series.setData(bars);
    this.drawIndicators(indicators);
    // A market that was not shown before is shown whole; the same one keeps the user's view.
    if (this.firstTime === null && this.times.length > 0) this.showNewest();
    this.firstTime = this.times[0] ?? null;
  }

  drawLive(candle: Candle): void {
    const moving = bar(candle);
    const newest = this.times.at(-1);
    if (newest === undefined || (moving.time as number) < newest) return;
    this.series.update(moving);
    if ((moving.time as number) > newest) this.times.push(moving.time as number);
  }

  drawMarkers(markers: readonly TradeMarker[]): void {
    const colours = chartColours();
    const results = { [-1]: colours.loss, 0: colours.ink, 1: colours.profit };
    this.markers.setMarkers(
      markers
        .flatMap((marker): SeriesMarker<Time>[] => {
          const time = this.candleOf(seconds(marker.at));
          if (time === null) return [];
          const buys = marker.kind === 'buy';
          return [
            {
              time: time as UTCTimestamp,
              position: buys ? 'belowBar' : 'aboveBar',
              shape: buys ? 'arrowUp' : 'arrowDown',
              color: buys ? colours.accent : results[marker.result],
              text: marker.text,
            },
          ];
        })
        .sort((one, other) => Number(one.time) - Number(other.time)),
    );
  }

  drawLevels(levels: readonly Level[]): void {
    const colours = chartColours();
    const looks = {
      entry: { color: colours.accent, lineStyle: LineStyle.Solid },
      stop: { color: colours.loss, lineStyle: LineStyle.Dashed },
      target: { color: colours.profit, lineStyle: LineStyle.Dashed },
      resting: { color: colours.inkFaint, lineStyle: LineStyle.Dotted },
    };
    for (const line of this.levels) this.series.removePriceLine(line);
    this.levels = levels.map((level) =>
      this.series.createPriceLine({
        price: Number(level.price),
        title: level.title,
        lineWidth: 1,
        axisLabelVisible: level.title !== '',
        ...looks[level.kind],
      }),
    );
  }

  private drawIndicators(indicators: readonly IndicatorLine[]): void {
    const names = new Set(indicators.map((line) => line.name));
    for (const [name, series] of this.lines) {
      if (names.has(name)) continue;
      this.chart.removeSeries(series);
      this.lines.delete(name);
    }
    const { indicators: palette } = chartColours();
    indicators.forEach((line, index) => {
      const series = this.lines.get(line.name) ?? this.addLine(line.name);
      series.applyOptions({ color: palette[index % palette.length] ?? '' });
      series.setData(
        line.values.map((point) => ({
          time: seconds(point.opened_at) as UTCTimestamp,
          value: Number(point.value),
        })),
      );
    });
  }

  private addLine(name: string): ISeriesApi<'Line'> {
    const series = this.chart.addSeries(LineSeries, {
      lineWidth: 1,
      priceLineVisible: false,
      lastValueVisible: false,
      crosshairMarkerVisible: false,
    });
    this.lines.set(name, series);
    return series;
  }

  private showNewest(): void {
    const shown = 120;
    this.chart.timeScale().setVisibleLogicalRange({
      from: Math.max(-1, this.times.length - shown),
      to: this.times.length + 5,
    });
  }

  /** The time of the candle during which something happened, or null where it lies before the chart. */
  private candleOf(moment: number): number | null {
    const first = this.times[0];
    if (first === undefined || moment < first) return null;
    return this.times.findLast((time) => time <= moment) ?? null;
  }
}

function bar(candle: Candle): CandlestickData {
  return {
    time: seconds(candle.opened_at) as UTCTimestamp,
    open: Number(candle.open),
    high: Number(candle.high),
    low: Number(candle.low),
    close: Number(candle.close),
  };
}
