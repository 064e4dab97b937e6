// The colours of a heat map: one scale from dark blue to yellow that colour-blind people can read, brighter is better.

type Colour = readonly [red: number, green: number, blue: number];

/** Stops of the scale, from the worst to the best. */
const STOPS: readonly Colour[] = [
  [0, 34, 78],
  [53, 69, 108],
  [102, 105, 112],
  [148, 142, 119],
  [200, 184, 102],
  [254, 232, 56],
];

export interface HeatScale {
  worst: number;
  best: number;
}

/** The ends of the scale over all values; null where there are none. `less`: smaller is better. */
export function scaleOf(values: readonly (readonly (number | null)[])[], less: boolean): HeatScale | null {
  const known = values.flat().filter((value) => value !== null);
  if (known.length === 0) return null;
  const [lowest, highest] = [Math.min(...known), Math.max(...known)];
  return less ? { worst: highest, best: lowest } : { worst: lowest, best: highest };
}

/** From 0, the worst, to 1, the best. */
export function goodness(value: number, { worst, best }: HeatScale): number {
  return best === worst ? 1 : (value - worst) / (best - worst);
}

export function colourAt(share: number): string {
  const [red, green, blue] = mixed(share);
  return `rgb(${red} ${green} ${blue})`;
}

/** Black or white, whichever is read better on the colour. */
export function inkOn(share: number): string {
  const [red, green, blue] = mixed(share);
  return 0.299 * red + 0.587 * green + 0.114 * blue > 130 ? '#10131a' : '#ffffff';
}

export const GRADIENT = `linear-gradient(90deg, ${STOPS.map((_, index) => colourAt(index / (STOPS.length - 1))).join(', ')})`;

function mixed(share: number): Colour {
  const place = Math.max(0, Math.min(1, share)) * (STOPS.length - 1);
  const below = STOPS[Math.floor(place)] ?? [0, 0, 0];
  const above = STOPS[Math.ceil(place)] ?? below;
  const part = place - Math.floor(place);
  const mix = (index: 0 | 1 | 2) => Math.round(below[index] + (above[index] - below[index]) * part);
  return [mix(0), mix(1), mix(2)];
}
