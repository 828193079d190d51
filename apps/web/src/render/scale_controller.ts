/**
 * Holds the frame rate by the internal resolution: internal pixels per canvas pixel, in one dimension, on a ladder of
 * steps of 2^(1/4). Down at once when frames are late, up only after a quiet while, and after a failed climb only after a
 * longer one, so that it does not pump. Where the display itself is slower than the target, or something else is the
 * bottleneck, fewer pixels do not help; then the rate that was reached becomes the goal.
 */

const STEP = 2 ** 0.25;
const LOWEST_RUNG = -6;
export const MIN_SCALE = STEP ** LOWEST_RUNG;
export const MAX_SCALE = 2;
/** Frames that are judged together. */
const WINDOW = 24;
/** A frame is late beyond this multiple of the goal. */
const LATE = 1.15;
const FIRST_PATIENCE_MS = 2000;
const LONGEST_PATIENCE_MS = 60000;
/** A gap this long is a hidden tab or a pause, not a slow frame. */
const GAP_MS = 400;

export class ScaleController {
  private rung = 0;
  private intervals: number[] = [];
  private costs: number[] = [];
  private last = Number.NaN;
  private calmSince = Number.NaN;
  private patience = FIRST_PATIENCE_MS;
  private climbed = false;
  /** Median interval before the last step down; NaN when the last step was none. */
  private before = Number.NaN;
  private futile = 0;
  /** The interval below which the display does not go, ms. */
  private floor = 0;

  constructor(
    private targetFps: number,
    private maxScale = MAX_SCALE,
  ) {}

  get scale(): number {
    return Math.min(STEP ** this.rung, this.maxScale);
  }

  /** Takes effect with the next frame. */
  setTarget(targetFps: number): void {
    if (targetFps === this.targetFps) return;
    this.targetFps = targetFps;
    this.floor = 0;
    this.futile = 0;
    this.patience = FIRST_PATIENCE_MS;
    this.restart();
  }

  /** The most that the canvas's size allows. */
  setMaxScale(maxScale: number): void {
    this.maxScale = maxScale;
    while (this.rung > 0 && STEP ** this.rung > maxScale * 1.001) --this.rung;
  }

  /**
   * One call per frame. `gpuMs` is the time that a frame kept the GPU busy, where the browser tells; else null.
   * Returns the scale to draw at.
   */
  frame(timeMs: number, gpuMs: number | null): number {
    const interval = timeMs - this.last;
    this.last = timeMs;
    if (!(interval > 0)) return this.scale;
    if (interval > GAP_MS) {
      this.restart();
      return this.scale;
    }
    this.intervals.push(interval);
    if (gpuMs !== null) this.costs.push(gpuMs);
    if (this.intervals.length >= WINDOW) this.judge(timeMs);
    return this.scale;
  }

  private judge(now: number): void {
    const interval = median(this.intervals);
    const cost = this.costs.length > 0 ? median(this.costs) : Number.NaN;
    this.intervals = [];
    this.costs = [];
    if (interval < 0.8 * this.floor) this.floor = 0;
    const goal = Math.max(1000 / this.targetFps, this.floor);
    const load = cost / goal;
    // Late frames while the GPU is known to be idle are someone else's.
    const late = load > 0.9 || (interval > LATE * goal && !(load < 0.6));
    if (late) {
      this.down(interval, goal);
      return;
    }
    this.before = Number.NaN;
    this.futile = 0;
    const roomy = Number.isNaN(load) || load * STEP * STEP < 0.75;
    if (!roomy) {
      this.calmSince = Number.NaN;
      return;
    }
    if (Number.isNaN(this.calmSince)) this.calmSince = now;
    if (now - this.calmSince >= this.patience && STEP ** (this.rung + 1) <= this.maxScale * 1.001) {
      ++this.rung;
      this.climbed = true;
      this.calmSince = now;
    } else if (this.climbed && now - this.calmSince >= FIRST_PATIENCE_MS / 2) {
      this.climbed = false; // the climb has held
      this.patience = Math.max(FIRST_PATIENCE_MS, this.patience / 2);
    }
  }

  private down(interval: number, goal: number): void {
    this.calmSince = Number.NaN;
    if (this.climbed) {
      // Back to where it was well, and a longer wait before the next try.
      this.patience = Math.min(2 * this.patience, LONGEST_PATIENCE_MS);
      this.climbed = false;
      --this.rung;
      return;
    }
    // Did the last step help at all? Three that did not are proof.
    if (interval > 0.94 * this.before) ++this.futile;
    else this.futile = 0;
    if (this.futile >= 3) {
      this.floor = interval;
      this.rung = Math.min(this.rung + 4, 0);
      this.futile = 0;
      this.before = Number.NaN;
      return;
    }
    // Cost grows with the square of the scale.
    const steps = Math.min(Math.max(1, Math.floor(2 * Math.log2(interval / goal))), 4);
    const rung = Math.max(this.rung - steps, LOWEST_RUNG);
    this.before = rung < this.rung ? interval : Number.NaN;
    this.rung = rung;
  }

  private restart(): void {
    this.intervals = [];
    this.costs = [];
    this.calmSince = Number.NaN;
    this.before = Number.NaN;
    this.climbed = false;
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
