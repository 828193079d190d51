// From 43 results a second to a picture for every frame of the display: results are placed on the clock of the sound, and
// the display shows that clock a little late, so that there is always a result on either side to interpolate between.
import { HOP_MS } from '../audio/hops';
import type { Frame } from '../render';
import type { HopResult } from './protocol';

/** What the timeline uses of a result. */
export type TimelineResult = Pick<HopResult, 'hop' | 'parameters' | 'rotation' | 'heardAt'>;

const KEPT = 64; // results, 1.5 s
/** A result that is this much earlier or later than expected begins a new clock (a pause, a sleeping tab). */
const NEW_CLOCK_MS = 400;
/** How fast the earliest arrival may be forgotten, ms per ms: twice the drift of a poor audio clock. */
const LEAK = 0.0005;
/** The jitter is the largest lateness of this many newest results, 2 s. */
const JITTER_RESULTS = 86;
const LARGEST_JITTER_MS = 120;
/** Time constant with which the display's clock is corrected, and the error at which it is set at once. */
const CORRECTION_MS = 400;
const LARGEST_CORRECTION_MS = 150;

const TWO_PI = 2 * Math.PI;

/** `b` shifted by whole turns to lie within half a turn of `a`. */
export function unwrap(a: number, b: number): number {
  return b - TWO_PI * Math.round((b - a) / TWO_PI);
}

type Seven = [number, number, number, number, number, number, number];

export function frameOf({ parameters, rotation }: Pick<HopResult, 'parameters' | 'rotation'>): Frame {
  const [cRe, cIm, hue, saturation, brightness, zoom, speed] = parameters as unknown as Seven;
  return { cRe, cIm, hue, saturation, brightness, zoom, speed, rotation };
}

/** Between two frames, 0 <= t <= 1; zoom is interpolated by its logarithm and rotation the short way round. */
export function interpolate(a: Frame, b: Frame, t: number): Frame {
  const mix = (x: number, y: number) => x + t * (y - x);
  return {
    cRe: mix(a.cRe, b.cRe),
    cIm: mix(a.cIm, b.cIm),
    hue: mix(a.hue, b.hue),
    saturation: mix(a.saturation, b.saturation),
    brightness: mix(a.brightness, b.brightness),
    zoom: a.zoom * (b.zoom / a.zoom) ** t,
    speed: mix(a.speed, b.speed),
    rotation: mix(a.rotation, unwrap(a.rotation, b.rotation)),
  };
}

export class Timeline {
  private results: TimelineResult[] = [];
  /** Page time minus stream time of the earliest arrivals. */
  private base = NaN;
  /** How late the newest results were, ms. */
  private lateness: number[] = [];
  private lastPush = 0;
  /** What the display showed last, on the clock of the sound, and when. */
  private shown = -Infinity;
  private lastSample = 0;

  /** `now` is `performance.now()` at the result's arrival. Results come in the order of their hops. */
  push(result: TimelineResult, now: number): void {
    const newest = this.results.at(-1);
    if (newest && result.hop <= newest.hop) this.clear(); // another stream
    const lateness = now - result.hop * HOP_MS - this.base;
    if (!(Math.abs(lateness) <= NEW_CLOCK_MS)) {
      this.base = now - result.hop * HOP_MS;
      this.lateness = [0];
    } else {
      this.base += Math.min(lateness, LEAK * (now - this.lastPush));
      this.lateness.push(Math.min(Math.max(lateness, 0), LARGEST_JITTER_MS));
      if (this.lateness.length > JITTER_RESULTS) this.lateness.shift();
    }
    this.lastPush = now;
    this.results.push(result);
    if (this.results.length > KEPT) this.results.shift();
  }

  /** The frame to draw at page time `now`, and when its sound came in (`Date.now()` ms); null before the first result. */
  sample(now: number): { frame: Frame; heardAt: number } | null {
    const { results } = this;
    const newest = results.at(-1);
    if (!newest) return null;
    const time = this.advance(now, newest.hop * HOP_MS);
    let next = results.length - 1;
    while (next > 0 && results[next - 1]!.hop * HOP_MS > time) --next;
    const b = results[next]!;
    const a = results[next - 1] ?? b;
    const span = (b.hop - a.hop) * HOP_MS;
    const t = span > 0 ? Math.min(Math.max((time - a.hop * HOP_MS) / span, 0), 1) : 1;
    return { frame: interpolate(frameOf(a), frameOf(b), t), heardAt: a.heardAt + t * (b.heardAt - a.heardAt) };
  }

  /** Forgets everything, as before the first result. */
  clear(): void {
    this.results = [];
    this.base = NaN;
    this.lateness = [];
    this.shown = -Infinity;
  }

  /** Moves the display's clock to page time `now`: evenly, never backwards, never past the newest result. */
  private advance(now: number, newest: number): number {
    const target = now - this.base - HOP_MS - Math.max(...this.lateness);
    const elapsed = now - this.lastSample;
    const error = target - (this.shown + elapsed);
    const even = this.shown + elapsed + error * Math.min(elapsed / CORRECTION_MS, 1);
    const time = Math.min(Math.abs(error) <= LARGEST_CORRECTION_MS ? even : target, newest);
    this.lastSample = now;
    this.shown = Math.max(this.shown, time);
    return this.shown;
  }
}
