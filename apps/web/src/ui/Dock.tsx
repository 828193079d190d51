// The row of controls at the bottom.
import {
  AudioLines, Camera, CircleHelp, Circle, FileAudio, Lock, LockOpen, Maximize, Mic, MonitorSpeaker, Pause, Play,
  Settings2, SkipBack, SkipForward, Sparkles, Square,
} from 'lucide-react'; // prettier-ignore
import type { ComponentType } from 'react';
import type { App } from '../app/app';
import { useStore } from './hooks';
import { SeekBar } from './SeekBar';

interface ButtonProps {
  app: App;
  name: string;
  /** Its key, for the tooltip. */
  shortcut?: string;
  icon: ComponentType<{ 'aria-hidden': true }>;
  /** For buttons that are on or off. */
  pressed?: boolean;
  disabled?: boolean;
  className?: string;
  does(): unknown;
}

function IconButton({ app, name, shortcut, icon: Icon, pressed, disabled, className = '', does }: ButtonProps) {
  return (
    <button
      className={`icon ${className}`}
      aria-label={name}
      aria-keyshortcuts={shortcut}
      title={shortcut ? `${name} (${shortcut})` : name}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={() => void app.run(does)}
    >
      <Icon aria-hidden={true} />
    </button>
  );
}

const KINDS = { none: AudioLines, microphone: Mic, tab: MonitorSpeaker, files: FileAudio } as const;

export function Dock({ app }: { app: App }) {
  const { settings, recording, panel, help } = useStore(app.store);
  const { kind, name, paused, tracks, track } = useStore(app.sources.store);
  const { sources } = app;
  const files = kind === 'files';
  const Kind = KINDS[kind];
  return (
    <footer className="dock fades" aria-label="Controls">
      {kind !== 'none' && (
        <div className="group transport">
          {files && <IconButton app={app} name="Previous track" shortcut="P" icon={SkipBack} does={() => sources.previous()} />}
          <IconButton
            app={app}
            name={paused ? 'Go on' : 'Pause'}
            shortcut="Space"
            icon={paused ? Play : Pause}
            className="main"
            does={() => app.togglePause()}
          />
          {files && (
            <IconButton
              app={app}
              name="Next track"
              shortcut="N"
              icon={SkipForward}
              disabled={tracks.at(-1)?.id === track?.id}
              does={() => sources.next()}
            />
          )}
          {!files && <IconButton app={app} name="Stop" icon={Square} does={() => sources.stop()} />}
        </div>
      )}
      {kind !== 'none' && (
        <div className="now">
          <div className="name" title={name}>
            <Kind aria-hidden="true" /> <span>{name}</span>
          </div>
          {files && <SeekBar app={app} />}
        </div>
      )}
      <div className="group">
        <IconButton app={app} name="Sound" icon={AudioLines} pressed={panel === 'sound'} does={() => app.togglePanel('sound')} />
        <IconButton app={app} name="Looks" icon={Sparkles} pressed={panel === 'look'} does={() => app.togglePanel('look')} />
        <IconButton
          app={app}
          name="Keep this look"
          shortcut="K"
          icon={settings.lockLook ? Lock : LockOpen}
          pressed={settings.lockLook}
          className="roomy"
          does={() => app.toggle('lockLook')}
        />
        <IconButton app={app} name="Save the picture" shortcut="S" icon={Camera} does={() => app.savePicture()} />
        <IconButton
          app={app}
          name={recording ? 'Stop recording' : 'Record a video'}
          shortcut="R"
          icon={recording ? Square : Circle}
          pressed={recording}
          className="record"
          does={() => app.toggleRecording()}
        />
        <IconButton
          app={app}
          name="Settings"
          shortcut=","
          icon={Settings2}
          pressed={panel === 'display' || panel === 'model'}
          does={() => app.togglePanel('display')}
        />
        <IconButton app={app} name="Keyboard shortcuts" shortcut="?" icon={CircleHelp} pressed={help} className="roomy" does={() => app.toggleHelp()} />
        <IconButton app={app} name="Full screen" shortcut="F" icon={Maximize} does={() => app.toggleFullScreen()} />
      </div>
    </footer>
  );
}
