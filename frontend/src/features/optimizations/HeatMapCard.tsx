// Two varied parameters against each other: the best objective for each pair. A broad bright field is worth more than
// a single bright cell.
import { useState } from 'react';
import type { HeatMap, OneOptimization } from '../../api/types';
import { Card } from '../../components/Card';
import { ErrorState } from '../../components/ErrorState';
import { Select } from '../../components/Input';
import { useRegion } from '../../components/region';
import { Skeleton } from '../../components/Skeleton';
import { Term } from '../../components/Tooltip';
import { NOTHING } from '../../formatting';
import { colourAt, goodness, GRADIENT, inkOn, scaleOf, type HeatScale } from './heatScale';
import { useHeatMap } from './queries';
import { OBJECTIVES, objectiveText } from './words';

interface HeatMapCardProps {
  optimization: OneOptimization;
  titleOf: (name: string) => string;
}

export function HeatMapCard({ optimization, titleOf }: HeatMapCardProps) {
  const names = Object.keys(optimization.search.ranges);
  const [x, setX] = useState(names[0] ?? '');
  const [y, setY] = useState(names[1] ?? '');
  const map = useHeatMap(optimization.id, x, y);
  const { title } = OBJECTIVES[optimization.objective];
  return (
    <Card
      title={
        <Term definition="For each pair of values the best of the objective over everything else that was varied. Neighbours of a good cell should be good too: a lone bright cell is luck.">
          Heat map: {title}
        </Term>
      }
      aside={
        names.length > 2 && (
          <span className="flex flex-wrap items-center gap-2 text-xs text-ink-faint">
            <Axis
              label="Across"
              value={x}
              names={names}
              titleOf={titleOf}
              onChange={(name) => {
                setX(name);
                if (name === y) setY(x);
              }}
            />
            <Axis
              label="Down"
              value={y}
              names={names}
              titleOf={titleOf}
              onChange={(name) => {
                setY(name);
                if (name === x) setX(y);
              }}
            />
          </span>
        )
      }
    >
      {map.data ? (
        <Drawn map={map.data} optimization={optimization} titleOf={titleOf} />
      ) : map.isError ? (
        <ErrorState
          title="The heat map could not be loaded"
          cause={map.error}
          onRetry={() => void map.refetch()}
          retrying={map.isFetching}
        />
      ) : (
        <Skeleton className="h-72" />
      )}
    </Card>
  );
}

interface AxisProps {
  label: string;
  value: string;
  names: readonly string[];
  titleOf: (name: string) => string;
  onChange: (name: string) => void;
}

function Axis({ label, value, names, titleOf, onChange }: AxisProps) {
  return (
    <label className="flex items-center gap-1.5">
      {label}
      <span className="w-40">
        <Select
          value={value}
          className="!h-7.5 !text-sm"
          onChange={(event) => {
            onChange(event.target.value);
          }}
        >
          {names.map((name) => (
            <option key={name} value={name}>
              {titleOf(name)}
            </option>
          ))}
        </Select>
      </span>
    </label>
  );
}

interface Cell {
  row: number;
  column: number;
}

/** With more columns there is no room for numbers. */
const MOST_NUMBERS = 16;

function Drawn({ map, optimization, titleOf }: HeatMapCardProps & { map: HeatMap }) {
  const region = useRegion();
  const { objective } = optimization;
  const scale = scaleOf(map.values, OBJECTIVES[objective].less === true);
  const [pointed, setPointed] = useState<Cell | null>(null);
  const value = pointed && map.values[pointed.row]?.[pointed.column];
  if (!scale) {
    return (
      <p className="py-8 text-center text-sm text-ink-faint">
        No combination had enough trades. Lower the fewest trades, or test a longer period.
      </p>
    );
  }
  return (
    <div className="grid gap-3">
      <div className="overflow-x-auto">
        <table
          aria-label={`${OBJECTIVES[objective].title} by ${titleOf(map.x)} and ${titleOf(map.y)}`}
          className="w-full border-separate border-spacing-px text-2xs"
        >
          <thead>
            <tr>
              <th
                scope="col"
                className="sticky left-0 w-px bg-surface px-2 text-left font-normal whitespace-nowrap text-ink-faint"
              >
                {titleOf(map.y)} ↓
              </th>
              <th
                scope="colgroup"
                colSpan={map.x_values.length}
                className="pb-1 text-left font-normal text-ink-faint"
              >
                {titleOf(map.x)} →
              </th>
            </tr>
            <tr>
              <td className="sticky left-0 bg-surface" />
              {map.x_values.map((one) => (
                <th
                  key={String(one)}
                  scope="col"
                  className="figure px-0.5 pb-0.5 text-center font-normal text-ink-soft"
                  style={{ width: `${100 / map.x_values.length}%` }}
                >
                  {String(one)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {map.values.map((cells, row) => (
              <tr key={String(map.y_values[row])}>
                <th
                  scope="row"
                  className="figure sticky left-0 bg-surface px-2 text-right font-normal text-ink-soft"
                >
                  {String(map.y_values[row])}
                </th>
                {cells.map((cell, column) => (
                  <HeatCell
                    key={String(map.x_values[column])}
                    share={cell === null ? null : goodness(cell, scale)}
                    text={cell === null ? null : objectiveText(objective, cell, region)}
                    isBest={cell === scale.best}
                    isShown={map.x_values.length <= MOST_NUMBERS}
                    title={`${titleOf(map.x)} ${String(map.x_values[column])}, ${titleOf(map.y)} ${String(map.y_values[row])}`}
                    onPoint={() => {
                      setPointed({ row, column });
                    }}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 text-xs">
        <Legend scale={scale} words={(one) => objectiveText(objective, one, region)} />
        <p className="min-h-4 text-ink-soft" aria-live="polite">
          {pointed && (
            <>
              {titleOf(map.x)} {String(map.x_values[pointed.column])}, {titleOf(map.y)}{' '}
              {String(map.y_values[pointed.row])}:{' '}
              <span className="figure">
                {value == null ? 'too few trades' : objectiveText(objective, value, region)}
              </span>
            </>
          )}
        </p>
      </div>
    </div>
  );
}

interface HeatCellProps {
  share: number | null;
  text: string | null;
  isBest: boolean;
  isShown: boolean;
  title: string;
  onPoint: () => void;
}

function HeatCell({ share, text, isBest, isShown, title, onPoint }: HeatCellProps) {
  const words = `${title}: ${text ?? 'too few trades'}`;
  if (share === null) {
    return (
      <td title={words} className="h-7 min-w-5 bg-sunken text-center text-ink-faint" onMouseEnter={onPoint}>
        {isShown ? NOTHING : <span className="sr-only">{words}</span>}
      </td>
    );
  }
  return (
    <td
      title={words}
      className={`figure h-7 px-0.5 text-center ${isShown ? 'min-w-14' : 'min-w-5'} ${isBest ? 'font-semibold outline-2 -outline-offset-2 outline-ink' : ''}`}
      style={{ background: colourAt(share), color: inkOn(share) }}
      onMouseEnter={onPoint}
    >
      {isShown ? text : <span className="sr-only">{words}</span>}
    </td>
  );
}

function Legend({ scale, words }: { scale: HeatScale; words: (value: number) => string }) {
  return (
    <span className="flex items-center gap-2 text-ink-faint">
      <span className="figure">{words(scale.worst)}</span>
      <span aria-hidden className="h-2.5 w-32 rounded-xs" style={{ background: GRADIENT }} />
      <span className="figure">{words(scale.best)}</span>
      <span>brighter is better</span>
    </span>
  );
}
