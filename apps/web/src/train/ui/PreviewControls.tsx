// The network that is being trained draws, on a piece of music that a person chooses.
import { Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import type { App } from '../../app/app';
import { useStore } from '../../ui/hooks';
import type { AudioFile, Status } from '../types';

export function PreviewControls({ app, status }: { app: App; status: Status }) {
  const { preview, audio } = useStore(app.training.store);
  const { kind } = useStore(app.sources.store);
  const [chosen, choose] = useState('');
  const { training } = app;
  const tracks = audio?.files.filter(({ readable }) => readable) ?? [];
  // What is heard already needs no choice; otherwise the first piece is as good as any.
  const pick = (from: readonly AudioFile[]) => from.find(({ name }) => name === chosen) ?? (kind === 'none' ? from[0] : undefined);
  const running = status.status === 'training';
  const ready = status.judgements.some(({ best }) => best);
  if (!running && !preview.on && (status.status === 'completed' || !ready)) return null;
  return (
    <section className="field preview" aria-label="Preview">
      {!preview.on && (
        <label className="field">
          <span>Preview on</span>
          <select value={pick(tracks)?.name ?? ''} onChange={({ target }) => choose(target.value)}>
            {kind !== 'none' && <option value="">what plays now</option>}
            {tracks.map(({ name, original_name }) => (
              <option key={name} value={name}>
                {original_name}
              </option>
            ))}
          </select>
        </label>
      )}
      <button
        className="button"
        disabled={!preview.on && !ready}
        onClick={() =>
          void training.run(async () => {
            if (preview.on) return training.preview.stop();
            training.preview.start();
            const track = pick(await training.tracks()); // the list may still be on its way
            if (track) await training.play(track);
          })
        }
      >
        {preview.on ? <EyeOff aria-hidden="true" /> : <Eye aria-hidden="true" />}
        {preview.on ? 'Stop the preview' : 'See the network learn'}
      </button>
      <small role="status">
        {preview.on
          ? preview.step
            ? `The picture is drawn by the network of step ${preview.step}${running ? ', and by each better one' : ''}.`
            : 'Fetching the network …'
          : ready
            ? 'The picture is then drawn by the best network so far, and by each better one.'
            : 'Possible once the network has been judged for the first time.'}
      </small>
    </section>
  );
}
