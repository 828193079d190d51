// The loss and each of its terms over the epochs: a small chart for each, and all of it as a table.
import { figure, thin } from '../scales';
import type { EpochLoss } from '../types';
import { count, lossTerms, termMeaning, termName } from '../words';
import { LineChart } from './LineChart';

interface LossChartsProps {
  history: readonly EpochLoss[];
  /** The running epoch so far. */
  live: Record<string, unknown> | null;
  /** The running epoch, and how many there will be. */
  epoch: number;
  total: number;
}

const ROWS = 200;

export function LossCharts({ history, live, epoch, total }: LossChartsProps) {
  const terms = lossTerms(history.at(-1) ?? live);
  if (terms.length === 0) return null;
  const value = (entry: Record<string, unknown>, term: string) => (typeof entry[term] === 'number' ? entry[term] : NaN);
  return (
    <section className="losses" aria-label="Loss by epoch">
      <h3>
        Loss <small>Lower is better; the running epoch is a ring.</small>
      </h3>
      <div className="charts">
        {terms.map((term) => (
          <LineChart
            key={term}
            name={termName(term)}
            meaning={termMeaning(term)}
            points={history.map((entry) => ({ x: entry.epoch, y: value(entry, term) }))}
            live={live ? { x: Math.max(epoch, 1), y: value(live, term) } : null}
            end={total}
          />
        ))}
      </div>
      {history.length > 0 && (
        <details>
          <summary>
            As a table <small>{count(history.length, 'epoch')}</small>
          </summary>
          <div className="wide" tabIndex={0} role="region" aria-label="Loss by epoch, as a table">
            <table className="numbers">
              <thead>
                <tr>
                  <th scope="col">Epoch</th>
                  {terms.map((term) => (
                    <th key={term} scope="col">
                      {termName(term)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {thin(history, ROWS).map((entry) => (
                  <tr key={entry.epoch}>
                    <th scope="row">{entry.epoch}</th>
                    {terms.map((term) => (
                      <td key={term}>{figure(entry[term])}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
    </section>
  );
}
