// The list of keyboard shortcuts, from their one table.
import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { App } from '../app/app';
import { shortcuts } from '../app/shortcuts';

const GROUPS = ['Sound', 'Picture', 'Window'] as const;

export function Help({ app }: { app: App }) {
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    close.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <div className="veil" onClick={(event) => event.target === event.currentTarget && app.toggleHelp()}>
      <section className="help" role="dialog" aria-modal="true" aria-labelledby="help-title">
        <header>
          <h2 id="help-title">Keyboard shortcuts</h2>
          <button ref={close} className="icon" aria-label="Close" onClick={() => app.toggleHelp()}>
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
      </section>
    </div>
  );
}
