// Frame rate, resolution and latency, refreshed past React.
import { useEffect, useRef } from 'react';
import type { App } from '../app/app';

const REFRESH_MS = 250;

function milliseconds(value: number): string {
  return Number.isFinite(value) ? `${value.toFixed(value < 10 ? 1 : 0)} ms` : '–';
}

export function InfoOverlay({ app }: { app: App }) {
  const text = useRef<HTMLPreElement>(null);
  useEffect(() => {
    const refresh = () => {
      const { fps, width, height, scale, lost } = app.visualizer.stats();
      const { latencyMs, inferenceMs, skipped } = app.readings;
      if (!text.current) return;
      text.current.textContent = [
        `picture    ${lost ? 'graphics lost, waiting' : `${fps.toFixed(0)} fps, ${width}×${height} (${Math.round(100 * scale)} %)`}`,
        `latency    ${milliseconds(latencyMs.value)}, sound to picture`,
        `inference  ${milliseconds(inferenceMs.value)} per hop of 23 ms${skipped > 0 ? `, ${skipped} skipped` : ''}`,
      ].join('\n');
    };
    refresh();
    const timer = setInterval(refresh, REFRESH_MS);
    return () => clearInterval(timer);
  }, [app]);
  return <pre ref={text} className="info" aria-label="Frame rate and latency" />;
}
