// How the picture is shown.
import type { App } from '../app/app';
import { SHARPNESS, type Settings } from '../app/settings';
import { Check } from './Check';
import { useStore } from './hooks';

const SHARPNESS_NAMES = { 0.5: 'Low, spares the battery', 1: 'Normal', 2: 'Fine' } as const;

export function DisplayPanel({ app }: { app: App }) {
  const { settings } = useStore(app.store);
  return (
    <>
      <Check
        name="Flash limiter"
        explains="No more than three flashes a second. Leave it on if anyone who watches is sensitive to flashing light."
        checked={settings.flashLimiter}
        onChange={(flashLimiter) => app.change({ flashLimiter })}
      />
      <label className="field">
        <span>Motion</span>
        <select value={settings.motion} onChange={({ target }) => app.change({ motion: target.value as Settings['motion'] })}>
          <option value="system">As the system is set</option>
          <option value="reduced">Reduced</option>
          <option value="full">Full</option>
        </select>
      </label>
      <label className="field">
        <span>Sharpness</span>
        <select
          value={settings.sharpness}
          onChange={({ target }) => app.change({ sharpness: Number(target.value) })}
        >
          {SHARPNESS.map((value) => (
            <option key={value} value={value}>
              {SHARPNESS_NAMES[value]}
            </option>
          ))}
        </select>
        <small>The resolution adapts below this when the graphics cannot keep up.</small>
      </label>
      <Check name="Meters" explains="The six features that the model hears." checked={settings.showMeters} onChange={(showMeters) => app.change({ showMeters })} />
      <Check name="Frame rate and latency" checked={settings.showInfo} onChange={(showInfo) => app.change({ showInfo })} />
    </>
  );
}
