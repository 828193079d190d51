// What is there before there is sound: where it may come from.
import { AudioLines, FileAudio, Mic, MonitorSpeaker, Play } from 'lucide-react';
import type { App } from '../app/app';
import { useStore } from './hooks';

export function StartCard({ app }: { app: App }) {
  const { opening } = useStore(app.sources.store);
  const { sources } = app;
  return (
    <section className="start" aria-labelledby="start-title">
      <h2 id="start-title">See what you hear</h2>
      <p>
        A small neural network listens and steers a Julia set: colour follows brightness, motion follows energy, edges
        follow roughness.
      </p>
      <button className="button primary" onClick={() => void app.run(() => sources.playDemo())}>
        <Play aria-hidden="true" /> Play the demo music
      </button>
      <div className="choices">
        <button className="choice" disabled={opening} onClick={() => void app.run(() => sources.useMicrophone())}>
          <Mic aria-hidden="true" />
          <b>Microphone</b>
          <small>What plays in the room</small>
        </button>
        <button className="choice" onClick={() => app.chooseFiles()}>
          <FileAudio aria-hidden="true" />
          <b>Audio files</b>
          <small>Choose, or drop them here</small>
        </button>
        <button className="choice" disabled={opening} onClick={() => void app.run(() => sources.useTab())}>
          <MonitorSpeaker aria-hidden="true" />
          <b>Tab or system</b>
          <small>What this computer plays</small>
        </button>
      </div>
      <p className="aside">
        <AudioLines aria-hidden="true" /> The sound never leaves this device.
      </p>
    </section>
  );
}
