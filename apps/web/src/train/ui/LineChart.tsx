// A small line chart over epochs. What it shows is also said in words.
import { figure, linear, linePath, roundDomain, thin, type Point } from '../scales';

interface LineChartProps {
  name: string;
  meaning: string;
  /** `x` is an epoch. */
  points: readonly Point[];
  /** Not final yet. */
  live: Point | null;
  /** The last epoch that is to come. */
  end: number;
}

const WIDTH = 240;
const HEIGHT = 96;
const LEFT = 44;
const RIGHT = 6;
const TOP = 8;
const BOTTOM = 18;
/** More points than pixels show nothing more. */
const MOST_POINTS = 300;

/** "0.71 in epoch 3; 0.98 in epoch 1". */
function inWords(points: readonly Point[], live: Point | null): string {
  const finite = points.filter(({ y }) => Number.isFinite(y));
  const first = finite[0];
  const last = finite.at(-1);
  if (!first || !last) return live ? `${figure(live.y)} so far in epoch ${live.x}` : 'nothing yet';
  if (first === last) return `${figure(last.y)} in epoch ${last.x}`;
  const lowest = finite.reduce((low, point) => (point.y < low.y ? point : low));
  return `${figure(first.y)} in epoch ${first.x}, ${figure(last.y)} in epoch ${last.x}, lowest ${figure(lowest.y)} in epoch ${lowest.x}`;
}

export function LineChart({ name, meaning, points, live, end }: LineChartProps) {
  const shown = thin(points, MOST_POINTS);
  const all = live ? [...shown, live] : shown;
  const domain = roundDomain(all.map(({ y }) => y));
  const x = linear([1, Math.max(end, all.at(-1)?.x ?? 1)], [LEFT, WIDTH - RIGHT]);
  const y = linear(domain, [HEIGHT - BOTTOM, TOP]);
  const place = (point: Point) => ({ x: x(point.x), y: y(point.y) });
  const last = shown.at(-1);
  const dot = live ?? last;
  return (
    <figure className="chart">
      <figcaption>
        <span title={meaning}>{name}</span> <output>{figure(dot?.y)}</output>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${name}: ${inWords(points, live)}`}>
        {domain.map((value) => (
          <g key={value}>
            <path className="grid" d={`M${LEFT},${y(value)}H${WIDTH - RIGHT}`} />
            <text x={LEFT - 6} y={y(value) + 3.5} textAnchor="end">
              {figure(value)}
            </text>
          </g>
        ))}
        <text x={x(1)} y={HEIGHT - 4}>
          1
        </text>
        {end > 1 && (
          <text x={WIDTH - RIGHT} y={HEIGHT - 4} textAnchor="end">
            {end}
          </text>
        )}
        <path className="line" d={linePath(shown.map(place))} />
        {live && last && <path className="line live" d={linePath([last, live].map(place))} />}
        {dot && Number.isFinite(dot.y) && <circle className={live ? 'dot live' : 'dot'} cx={x(dot.x)} cy={y(dot.y)} r="2.8" />}
      </svg>
    </figure>
  );
}
