// The sheet with what can be chosen: sound, look, model, display.
import { X } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import type { App, Panel } from '../app/app';
import { DisplayPanel } from './DisplayPanel';
import { LookPanel } from './LookPanel';
import { ModelPanel } from './ModelPanel';
import { SoundPanel } from './SoundPanel';

const PANELS = [
  ['sound', 'Sound', SoundPanel],
  ['look', 'Look', LookPanel],
  ['model', 'Model', ModelPanel],
  ['display', 'Display', DisplayPanel],
] as const;

export function PanelSheet({ app, panel }: { app: App; panel: Panel }) {
  const at = PANELS.findIndex(([id]) => id === panel);
  const Content = PANELS[at]![2];

  // The arrow keys walk the tabs, as in every tab list.
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const [id] = PANELS[(at + step + PANELS.length) % PANELS.length]!;
    app.togglePanel(id);
    document.getElementById(`tab-${id}`)?.focus();
  };

  return (
    <aside className="sheet" aria-label="Settings">
      <header>
        <div role="tablist" aria-label="Settings" onKeyDown={onKeyDown}>
          {PANELS.map(([id, name]) => (
            <button
              key={id}
              id={`tab-${id}`}
              role="tab"
              aria-selected={id === panel}
              aria-controls="panel"
              tabIndex={id === panel ? 0 : -1}
              onClick={() => id !== panel && app.togglePanel(id)}
            >
              {name}
            </button>
          ))}
        </div>
        <button className="icon" aria-label="Close settings" onClick={() => app.closeAll()}>
          <X aria-hidden="true" />
        </button>
      </header>
      <div id="panel" role="tabpanel" aria-labelledby={`tab-${panel}`} className="panel">
        <Content app={app} />
      </div>
    </aside>
  );
}
