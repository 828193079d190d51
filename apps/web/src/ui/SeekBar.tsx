// Where in the track we are. Its position is written to the elements directly, four times a second.
import { useEffect, useRef } from 'react';
import type { App } from '../app/app';

const UPDATE_MS = 250;

/** 75 -> "1:15". */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

export function SeekBar({ app }: { app: App }) {
  const bar = useRef<HTMLInputElement>(null);
  const text = useRef<HTMLSpanElement>(null);
  const held = useRef(false);

  useEffect(() => {
    const update = () => {
      const progress = app.sources.progress();
      if (!progress || !bar.current || !text.current || held.current) return;
      const { position, duration } = progress;
      bar.current.max = String(duration || 1);
      bar.current.value = String(position);
      bar.current.style.setProperty('--filled', `${(100 * position) / (duration || 1)}%`);
      bar.current.setAttribute('aria-valuetext', `${clock(position)} of ${clock(duration)}`);
      text.current.textContent = `${clock(position)} / ${clock(duration)}`;
    };
    update();
    const timer = setInterval(update, UPDATE_MS);
    return () => clearInterval(timer);
  }, [app]);

  return (
    <div className="seek">
      <input
        ref={bar}
        type="range"
        min="0"
        step="0.1"
        defaultValue="0"
        aria-label="Position in the track"
        onPointerDown={() => (held.current = true)}
        onPointerUp={() => (held.current = false)}
        onPointerCancel={() => (held.current = false)}
        onChange={({ currentTarget }) => app.sources.seek(Number(currentTarget.value))}
      />
      <span ref={text} className="time" />
    </div>
  );
}
