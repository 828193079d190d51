// The user interface over the picture.
import { useEffect, useRef } from 'react';
import type { App } from '../app/app';
import { listenForShortcuts } from '../app/shortcuts';
import { hideWhenIdle } from './auto_hide';
import { TrainButton } from '../train/ui/TrainButton';
import { TrainPanel } from '../train/ui/TrainPanel';
import { Dock } from './Dock';
import { listenForDrops } from './drops';
import { Help } from './Help';
import { useStore } from './hooks';
import { InfoOverlay } from './InfoOverlay';
import { Meters } from './Meters';
import { Notices } from './Notices';
import { PanelSheet } from './PanelSheet';
import { StartCard } from './StartCard';
import { listenForTouch } from './touch';

const AUDIO_TYPES = 'audio/*,video/mp4,video/webm,.flac,.opus,.m4a,.aiff,.aif';

export function Root({ app }: { app: App }) {
  const { settings, panel, training, help, controlsHidden, model } = useStore(app.store);
  const { kind, paused } = useStore(app.sources.store);
  const shell = useRef<HTMLDivElement>(null);
  const picker = useRef<HTMLInputElement>(null);

  useEffect(() => {
    app.chooseFiles = () => picker.current?.click();
    const stopHiding = hideWhenIdle(shell.current!, app);
    const stopShortcuts = listenForShortcuts(app);
    const stopDrops = listenForDrops(shell.current!, app);
    const stopTouch = listenForTouch(app);
    return () => {
      stopHiding();
      stopShortcuts();
      stopDrops();
      stopTouch();
    };
  }, [app]);

  const open = kind === 'none' || paused || panel !== null || training || help;
  return (
    <div
      ref={shell}
      className="shell"
      data-stay={open || undefined}
      data-hidden={controlsHidden || undefined}
      data-model={model ? 'ready' : 'none'}
    >
      <header className="top fades">
        <h1 className="wordmark">
          Fractal<span>Sync</span>
        </h1>
        <TrainButton app={app} />
      </header>
      {settings.showInfo && <InfoOverlay app={app} />}
      <main>{kind === 'none' && !training && <StartCard app={app} />}</main>
      <div className="bottom">
        {settings.showMeters && kind !== 'none' && <Meters app={app} />}
        <Dock app={app} />
      </div>
      {panel && <PanelSheet app={app} panel={panel} />}
      {training && <TrainPanel app={app} />}
      {help && <Help app={app} />}
      <Notices app={app} />
      <div className="drop-hint" aria-hidden="true">
        {training ? 'Drop music to train on' : 'Drop audio files, or a model'}
      </div>
      <input
        ref={picker}
        type="file"
        accept={AUDIO_TYPES}
        multiple
        hidden
        aria-label="Audio files"
        data-testid="audio-files"
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])];
          currentTarget.value = '';
          if (files.length > 0) void app.run(() => app.sources.addFiles(files));
        }}
      />
    </div>
  );
}
