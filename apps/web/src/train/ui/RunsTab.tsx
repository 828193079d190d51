// The runs of this server, newest first.
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { App } from '../../app/app';
import { useStore } from '../../ui/hooks';
import { formatValue, label } from '../option_form';
import { correlation } from '../scales';
import type { Run, RunDetails } from '../types';
import { moment, outcome, PAIRS } from '../words';
import { CorrelationTable } from './CorrelationTable';
import { LossCharts } from './LossCharts';
import { RunFiles } from './RunFiles';

export function RunsTab({ app }: { app: App }) {
  const { runs } = useStore(app.training.store);
  if (!runs) return <p className="aside">Asking the server …</p>;
  if (runs.length === 0) return <p className="aside">Nothing has been trained here yet.</p>;
  return (
    <ol className="runs">
      {runs.map((run) => (
        <li key={run.run}>
          <RunEntry app={app} run={run} />
        </li>
      ))}
    </ol>
  );
}

function RunEntry({ app, run }: { app: App; run: Run }) {
  const [details, setDetails] = useState<RunDetails | null>(null);
  const [removing, setRemoving] = useState(false);
  const { training } = app;
  const set = Object.entries(run.options ?? {});
  const { hard } = run;
  return (
    <article className="field" aria-label={`Run ${run.run}`}>
      <span>
        {moment(run.started)} <output>{outcome(run)}</output>
      </span>
      {hard && (
        <p className="pairs">
          {PAIRS.map(([pair, name]) => (
            <span key={pair}>
              {name} <b>{correlation(hard[pair])}</b>
            </span>
          ))}
        </p>
      )}
      {run.status !== 'training' && <RunFiles app={app} run={run} />}
      <details
        onToggle={({ currentTarget }) => {
          if (currentTarget.open) void training.run(async () => setDetails(await training.runDetails(run)));
        }}
      >
        <summary>
          Details <small>{run.run}</small>
        </summary>
        <dl className="facts">
          {set.map(([name, value]) => (
            <div key={name}>
              <dt>{label(name)}</dt>
              <dd>{formatValue(value)}</dd>
            </div>
          ))}
        </dl>
        {details && (
          <>
            <CorrelationTable judgements={details.judgements} heldOut={details.held_out} />
            <LossCharts history={details.loss_history} live={null} epoch={details.epochs} total={details.total_epochs} />
          </>
        )}
        {run.status !== 'training' && (
          <div className="row">
            <button
              className={removing ? 'button alarm' : 'button'}
              onBlur={() => setRemoving(false)}
              onClick={() => (removing ? void training.run(() => training.removeRun(run)) : setRemoving(true))}
            >
              <Trash2 aria-hidden="true" /> {removing ? 'Really remove it? Its models stay.' : 'Remove this run'}
            </button>
          </div>
        )}
      </details>
    </article>
  );
}
