// The run that goes on or was the last one, and, when none goes on, the form for the next one.
import { RotateCcw } from 'lucide-react';
import type { App } from '../../app/app';
import { useStore } from '../../ui/hooks';
import { count } from '../words';
import { OptionsForm } from './OptionsForm';
import { RunView } from './RunView';

export function TrainTab({ app }: { app: App }) {
  const { status, options, busy } = useStore(app.training.store);
  if (!status || options.length === 0) return <p className="aside">Asking the server …</p>;
  const { resumable } = status;
  return (
    <>
      {status.status !== 'idle' && <RunView app={app} status={status} />}
      {status.status !== 'training' && (
        <>
          {resumable && (
            <section className="field" aria-label="A run to go on with">
              <p>
                A run was broken off after {count(resumable.epoch, 'epoch')} of {resumable.total_epochs}. It can go on
                from there.
              </p>
              <button className="button" disabled={busy} onClick={() => void app.training.run(() => app.training.resume())}>
                <RotateCcw aria-hidden="true" /> Resume it
              </button>
            </section>
          )}
          <h3>{status.status === 'idle' ? 'Options' : 'Another run'}</h3>
          <OptionsForm app={app} />
        </>
      )}
    </>
  );
}
