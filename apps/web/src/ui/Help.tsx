// The list of keyboard shortcuts, from their one table.
import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { App } from '../app/app';
import { shortcuts } from '../app/shortcuts';

const GROUPS = ['Sound', 'Picture', 'Window'] as const;

export function Help({ app }: { app: App }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current!;
    element.showModal(); // keeps the focus inside, and gives it back when it is gone
    return () => element.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="help"
      aria-labelledby="help-title"
      onCancel={(event) => {
        event.preventDefault();
        app.closeAll();
      }}
      onClick={(event) => event.target === event.currentTarget && app.toggleHelp()}
    >
      <div className="help-content">
        <header>
          <h2 id="help-title">Keyboard shortcuts</h2>
          <button className="icon" aria-label="Close" onClick={() => app.toggleHelp()}>
            <X aria-hidden="true" />
          </button>
        </header>
        <div className="columns">
          {GROUPS.map((group) => (
            <div key={group}>
              <h3>{group}</h3>
              <dl>
                {shortcuts
                  .filter((shortcut) => shortcut.group === group)
                  .map(({ keys, label, does }) => (
                    <div key={does}>
                      <dt>
                        <kbd>{label ?? keys[0]!.toUpperCase()}</kbd>
                      </dt>
                      <dd>{does}</dd>
                    </div>
                  ))}
              </dl>
            </div>
          ))}
        </div>
        <p className="aside">On a touch screen: swipe to the side for another look, tap twice for full screen.</p>
      </div>
    </dialog>
  );
}
