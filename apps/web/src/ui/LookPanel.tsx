// Looks: choose one, keep it, share it.
import { Link } from 'lucide-react';
import type { App } from '../app/app';
import { looks } from '../render';
import { Check } from './Check';
import { useStore } from './hooks';

export function LookPanel({ app }: { app: App }) {
  const { settings } = useStore(app.store);
  return (
    <>
      <div className="looks" role="radiogroup" aria-label="Look">
        {looks.map(({ id, name }) => (
          <label key={id} className="look">
            <input type="radio" name="look" checked={settings.look === id} onChange={() => app.change({ look: id })} />
            <span>{name}</span>
          </label>
        ))}
      </div>
      <Check
        name="Keep this look"
        explains="Otherwise it changes with each track, and every two minutes with live sound."
        checked={settings.lockLook}
        onChange={(lockLook) => app.change({ lockLook })}
      />
      <button className="button" onClick={() => void app.run(() => app.copyLink())}>
        <Link aria-hidden="true" /> Copy a link to these settings
      </button>
    </>
  );
}
