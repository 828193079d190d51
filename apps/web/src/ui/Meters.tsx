// The six features as the model hears them, drawn past React.
import { useEffect, useRef } from 'react';
import type { App } from '../app/app';

/** What each feature is called here, and what it measures. */
const NAMES = [
  ['Brightness', 'spectral centroid'],
  ['Change', 'spectral flux'],
  ['Loudness', 'root mean square'],
  ['Roughness', 'zero crossings'],
  ['Attack', 'onset strength'],
  ['Treble', 'spectral rolloff'],
] as const;

export function Meters({ app }: { app: App }) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    let request = 0;
    const draw = () => {
      request = requestAnimationFrame(draw);
      const bars = list.current?.querySelectorAll<HTMLElement>('i') ?? [];
      bars.forEach((bar, k) => (bar.style.transform = `scaleX(${app.readings.meters[k]!.toFixed(3)})`));
    };
    draw();
    return () => cancelAnimationFrame(request);
  }, [app]);
  return (
    <ul ref={list} className="meters" aria-label="What the model hears">
      {NAMES.map(([name, meaning]) => (
        <li key={name} title={meaning}>
          <span>{name}</span>
          <div className="track">
            <i />
          </div>
        </li>
      ))}
    </ul>
  );
}
