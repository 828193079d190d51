// One run: how far it is, how well it does, and what came out of it.
import { Square } from 'lucide-react';
import type { App } from '../../app/app';
import { useStore } from '../../ui/hooks';
import type { Status } from '../types';
import { count, describe, duration } from '../words';
import { CorrelationTable } from './CorrelationTable';
import { LossCharts } from './LossCharts';
import { PreviewControls } from './PreviewControls';
import { RunFiles } from './RunFiles';

export function RunView({ app, status }: { app: App; status: Status }) {
  const { runs, busy } = useStore(app.training.store);
  const running = status.status === 'training';
  const run = runs?.find((entry) => entry.run === status.run);
  const { music, judgements, loss_history: history, live, unreadable } = status;
  return (
    <section className="run" aria-label={running ? 'The run that goes on' : 'The last run'} data-status={status.status}>
      <p className={status.status === 'error' ? 'state wrong' : 'state'}>{describe(status)}</p>
      {running && (
        <>
          <progress aria-label="Progress of the training" max={1} value={status.progress} />
          <p className="aside">
            {Math.floor(100 * status.progress)} %
            {status.seconds_left !== null && `, about ${duration(status.seconds_left)} left`}
          </p>
        </>
      )}
      {music && (
        <p className="aside">
          {count(music.files, 'file')}, {duration(60 * music.minutes)}:{' '}
          {music.validation > 0 ? `${music.training} to learn from, ${music.validation} held out.` : 'all to learn from, none held out.'}
        </p>
      )}
      {running && (
        <button className="button" disabled={busy || status.stopping} onClick={() => void app.training.run(() => app.training.stop())}>
          <Square aria-hidden="true" /> {status.stopping ? 'Stopping …' : 'Stop'}
        </button>
      )}
      {!running && run && <RunFiles app={app} run={run} prominent />}
      <PreviewControls app={app} status={status} />
      <CorrelationTable judgements={judgements} heldOut={status.held_out} />
      <LossCharts history={history} live={running ? live : null} epoch={status.current_epoch} total={status.total_epochs} />
      {unreadable.length > 0 && (
        <section className="field" aria-labelledby="left-out">
          <span id="left-out">Left out, because it could not be read</span>
          <ul className="unreadable">
            {unreadable.map(({ name, reason }) => (
              <li key={name}>
                <span>
                  <b>{name}</b> {reason}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </section>
  );
}
