// The picture beside the login: price lines of a fleet, drawn from a fixed seed so that it is always the same.
const WIDTH = 900;
const HEIGHT = 900;
const STEPS = 90;
const LINES = 9;

export function FleetLines() {
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="xMidYMid slice"
      className="absolute inset-0 size-full"
      fill="none"
    >
      {Array.from({ length: LINES }, (_, index) => (
        <path
          key={index}
          d={walk(index)}
          stroke={index === 3 ? 'var(--accent)' : 'var(--line-strong)'}
          strokeWidth={index === 3 ? 1.6 : 1}
          opacity={index === 3 ? 0.9 : 0.5}
          vectorEffect="non-scaling-stroke"
        />
      ))}
    </svg>
  );
}

/** A random walk that drifts upwards to the right. */
function walk(seed: number): string {
  let state = seed * 7919 + 17;
  let height = HEIGHT * (0.3 + 0.07 * seed);
  let path = '';
  for (let step = 0; step <= STEPS; step += 1) {
    state = (state * 48271) % 2147483647;
    height += (state / 2147483647 - 0.515) * 26;
    const x = ((step / STEPS) * WIDTH).toFixed(1);
    path += `${step === 0 ? 'M' : 'L'}${x} ${height.toFixed(1)}`;
  }
  return path;
}
