// Short messages. Problems are read out at once, news when there is time.
import { X } from 'lucide-react';
import type { App } from '../app/app';
import { useStore } from './hooks';

export function Notices({ app }: { app: App }) {
  const { notices } = useStore(app.store);
  return (
    <div className="notices" aria-live="polite">
      {notices.map(({ id, kind, text }) => (
        <div key={id} className={`notice ${kind}`} role={kind === 'problem' ? 'alert' : undefined}>
          <span>{text}</span>
          <button className="icon small" aria-label="Close this message" onClick={() => app.dismiss(id)}>
            <X aria-hidden="true" />
          </button>
        </div>
      ))}
    </div>
  );
}
