// Training on one's own music: the music, the run, and the runs before it.
import { X } from 'lucide-react';
import { useEffect, useRef, useState, type ComponentType, type KeyboardEvent } from 'react';
import type { App } from '../../app/app';
import { useStore } from '../../ui/hooks';
import { announcement } from '../words';
import { MusicTab } from './MusicTab';
import { RunsTab } from './RunsTab';
import { TokenForm } from './TokenForm';
import { TrainTab } from './TrainTab';

type Tab = 'music' | 'train' | 'runs';

const TABS: readonly (readonly [Tab, string, ComponentType<{ app: App; go(tab: Tab): void }>])[] = [
  ['music', 'Music', MusicTab],
  ['train', 'Training', TrainTab],
  ['runs', 'Runs', RunsTab],
];

export function TrainPanel({ app }: { app: App }) {
  const { status, token, lost, preview, audio, runs } = useStore(app.training.store);
  const [tab, setTab] = useState<Tab>(status?.run ? 'train' : 'music');
  const list = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const at = TABS.findIndex(([id]) => id === tab);
  const Content = TABS[at]![2];

  // The keyboard goes with the panel, and back to where it was.
  useEffect(() => {
    const before = document.activeElement;
    list.current?.querySelector<HTMLElement>('[aria-selected=true]')?.focus();
    return () => (before instanceof HTMLElement ? before.focus() : undefined);
  }, []);

  // A button that is gone once it was pressed leaves the keyboard in the panel.
  useEffect(() => {
    if (document.activeElement === document.body) panel.current?.focus();
  }, [status?.status, preview.on, audio, runs, token]);

  // The arrow keys walk the tabs, as in every tab list.
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const [id] = TABS[(at + step + TABS.length) % TABS.length]!;
    setTab(id);
    document.getElementById(`train-tab-${id}`)?.focus();
  };

  return (
    <aside className="sheet training" aria-label="Training" data-preview={preview.on || undefined}>
      <header>
        <div ref={list} role="tablist" aria-label="Training" onKeyDown={onKeyDown}>
          {TABS.map(([id, name]) => (
            <button
              key={id}
              id={`train-tab-${id}`}
              role="tab"
              aria-selected={id === tab}
              aria-controls="train-panel"
              tabIndex={id === tab ? 0 : -1}
              onClick={() => setTab(id)}
            >
              {name}
            </button>
          ))}
        </div>
        <button className="icon" aria-label="Close training" onClick={() => app.showTraining(false)}>
          <X aria-hidden="true" />
        </button>
      </header>
      <div ref={panel} id="train-panel" tabIndex={-1} role="tabpanel" aria-labelledby={`train-tab-${tab}`} className="panel">
        {lost && (
          <p className="lost" role="status">
            {lost}
          </p>
        )}
        {token === 'fine' ? <Content app={app} go={setTab} /> : <TokenForm app={app} />}
      </div>
      <p className="unseen" role="status">
        {status && announcement(status)}
      </p>
    </aside>
  );
}
