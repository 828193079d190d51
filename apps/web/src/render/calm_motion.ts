/**
 * Reduced motion: the same picture, but it follows slowly and turns slowly, and nothing bursts.
 */
import type { Frame } from './types';

/** The fastest turn, radians per second. */
export const MAX_TURN = 0.12;
/** Time constants of what follows, ms. */
const FOLLOW_MS = { cRe: 1200, cIm: 1200, zoom: 2500, hue: 800, saturation: 800, brightness: 800, speed: 1500 } as const;
/** After a pause the picture does not leap either. */
const LONGEST_STEP_MS = 100;

export class CalmMotion {
  private shown: Frame | null = null;
  private asked = 0;
  private last = 0;

  step(frame: Frame, timeMs: number): Frame {
    if (!this.shown) {
      this.shown = { ...frame };
    } else {
      const elapsed = Math.min(Math.max(timeMs - this.last, 0), LONGEST_STEP_MS);
      const next = { ...this.shown };
      for (const key of Object.keys(FOLLOW_MS) as (keyof typeof FOLLOW_MS)[]) {
        next[key] += (1 - Math.exp(-elapsed / FOLLOW_MS[key])) * (frame[key] - next[key]);
      }
      const most = (MAX_TURN * elapsed) / 1000;
      next.rotation += Math.min(Math.max(turned(frame.rotation - this.asked), -most), most);
      this.shown = next;
    }
    this.asked = frame.rotation;
    this.last = timeMs;
    return { ...this.shown };
  }

  reset(): void {
    this.shown = null;
  }
}

/** The same angle in (-pi, pi]: rotation may come modulo a turn. */
function turned(angle: number): number {
  return angle - 2 * Math.PI * Math.ceil(angle / (2 * Math.PI) - 0.5);
}
