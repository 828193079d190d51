// Where the sound comes from, how sensitive the model is to it, and the queue of files.
import { FileAudio, Mic, MonitorSpeaker, X } from 'lucide-react';
import type { App } from '../app/app';
import { SENSITIVITY } from '../app/settings';
import { useStore } from './hooks';

export function SoundPanel({ app }: { app: App }) {
  const { settings } = useStore(app.store);
  const { kind, microphones, microphone, tracks, track, opening } = useStore(app.sources.store);
  const { sources } = app;
  const { lowest, highest, step } = SENSITIVITY;
  return (
    <>
      <div className="row three" role="group" aria-label="Source">
        <button className="choice slim" aria-pressed={kind === 'microphone'} disabled={opening} onClick={() => void app.run(() => sources.useMicrophone())}>
          <Mic aria-hidden="true" /> Microphone
        </button>
        <button className="choice slim" aria-pressed={kind === 'files'} onClick={() => app.chooseFiles()}>
          <FileAudio aria-hidden="true" /> Files
        </button>
        <button className="choice slim" aria-pressed={kind === 'tab'} disabled={opening} onClick={() => void app.run(() => sources.useTab())}>
          <MonitorSpeaker aria-hidden="true" /> Tab
        </button>
      </div>
      {microphones.length > 0 && (
        <label className="field">
          <span>Microphone</span>
          <select value={microphone} onChange={({ target }) => void app.run(() => sources.useMicrophone(target.value))}>
            <option value="">System default</option>
            {microphones
              .filter(({ id }) => id !== 'default')
              .map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
          </select>
        </label>
      )}
      <label className="field">
        <span>
          Sensitivity <output>{settings.sensitivity > 0 ? `+${settings.sensitivity}` : settings.sensitivity} dB</output>
        </span>
        <input
          type="range"
          min={lowest}
          max={highest}
          step={step}
          value={settings.sensitivity}
          style={{ '--filled': `${(100 * (settings.sensitivity - lowest)) / (highest - lowest)}%` } as React.CSSProperties}
          onChange={({ target }) => app.change({ sensitivity: Number(target.value) })}
        />
        <small>How much louder the model hears than you do.</small>
      </label>
      {tracks.length > 0 ? (
        <div className="field">
          <span id="queue-title">Queue</span>
          <ol className="queue" aria-labelledby="queue-title">
            {tracks.map(({ id, name }) => (
              <li key={id} aria-current={id === track?.id || undefined}>
                <button className="track-name" onClick={() => void app.run(() => sources.select(id))}>
                  {name}
                </button>
                <button className="icon small" aria-label={`Remove ${name}`} onClick={() => void app.run(() => sources.remove(id))}>
                  <X aria-hidden="true" />
                </button>
              </li>
            ))}
          </ol>
        </div>
      ) : (
        <button className="button" onClick={() => void app.run(() => sources.playDemo())}>
          Play the demo music
        </button>
      )}
    </>
  );
}
