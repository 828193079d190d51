// How well the picture follows the music, by metrics that training never sees, on music that is held out.
import { correlation, linear, linePath, thin } from '../scales';
import type { HeldOut, Judgement } from '../types';
import { PAIRS } from '../words';

interface CorrelationTableProps {
  judgements: readonly Judgement[];
  /** Of the best network, once the run is done. */
  heldOut: HeldOut | null;
}

export function CorrelationTable({ judgements, heldOut }: CorrelationTableProps) {
  if (judgements.length === 0 && !heldOut) return null;
  const latest = judgements.at(-1);
  const best = judgements.findLast((judgement) => judgement.best);
  return (
    <table className="correlations">
      <caption>
        How well the picture follows the music
        <small>Correlation on music that is held out; 1 is perfect, 0 is chance.</small>
      </caption>
      <thead>
        <tr>
          <th scope="col">Pair</th>
          {judgements.length > 1 && <th scope="col">So far</th>}
          {latest && <th scope="col">Latest</th>}
          {best && <th scope="col">Best</th>}
          {heldOut && <th scope="col">End</th>}
        </tr>
      </thead>
      <tbody>
        {PAIRS.map(([pair, name, meaning]) => (
          <tr key={pair}>
            <th scope="row" title={meaning}>
              {name}
            </th>
            {judgements.length > 1 && (
              <td>
                <Trend judgements={judgements} pair={pair} />
              </td>
            )}
            {latest && <td>{correlation(latest.hard[pair])}</td>}
            {best && <td>{correlation(best.hard[pair])}</td>}
            {heldOut && <td>{correlation(heldOut.overall.hard[pair])}</td>}
          </tr>
        ))}
      </tbody>
      {latest && (
        <tfoot>
          <tr>
            <th scope="row">Step</th>
            {judgements.length > 1 && <td />}
            <td>{latest.step}</td>
            {best && <td>{best.step}</td>}
            {heldOut && <td />}
          </tr>
        </tfoot>
      )}
    </table>
  );
}

const WIDTH = 72;
const HEIGHT = 22;

/** The pair's correlation over the judgements, from 0 (the thin line) to 1 (the top). */
function Trend({ judgements, pair }: { judgements: readonly Judgement[]; pair: string }) {
  const shown = thin(judgements, 60);
  const x = linear([shown[0]!.step, shown.at(-1)!.step], [1, WIDTH - 1]);
  const y = linear([-0.25, 1], [HEIGHT - 1, 1]);
  const points = shown.map(({ step, hard }) => ({ x: x(step), y: y(Math.max(hard[pair] ?? NaN, -0.25)) }));
  const first = judgements[0]!.hard[pair];
  return (
    <svg className="trend" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`from ${correlation(first)} to ${correlation(judgements.at(-1)!.hard[pair])}`}>
      <path className="grid" d={`M0,${y(0)}H${WIDTH}`} />
      <path className="line" d={linePath(points)} />
    </svg>
  );
}
