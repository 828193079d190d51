// What a run has made: its network for the visualiser, and its files.
import { Download, Sparkles } from 'lucide-react';
import type { App } from '../../app/app';
import { useStore } from '../../ui/hooks';
import { fetchFile } from '../client';
import { pipelineOf } from '../training';
import type { Run } from '../types';

/** By way of memory, since a plain link cannot carry the token. */
async function save(url: string, name: string): Promise<void> {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await fetchFile(url, name));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export function RunFiles({ app, run, prominent = false }: { app: App; run: Run; prominent?: boolean }) {
  const { loadingModel } = useStore(app.store);
  const { training } = app;
  const files = [
    ...run.models,
    ...(run.report ? [{ name: `${run.run}-report.html`, url: run.report }] : []),
  ];
  if (files.length === 0) return null;
  return (
    <div className="files">
      {pipelineOf(run) ? (
        <button className={prominent ? 'button primary' : 'button'} disabled={loadingModel} onClick={() => void training.run(() => training.use(run))}>
          <Sparkles aria-hidden="true" /> {prominent ? 'Use the new model' : 'Use this model'}
        </button>
      ) : (
        <small>The visualiser cannot draw with this network: its window is too short for changes of features.</small>
      )}
      <ul aria-label={`Files of run ${run.run}`}>
        {files.map(({ name, url }) => (
          <li key={name}>
            <button className="link" onClick={() => void training.run(() => save(url, name))}>
              <Download aria-hidden="true" /> {name.replace(`${run.run}-`, '')}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
