/**
 * No more than three flashes a second (WCAG 2.3.1, ITU-R BT.1702). The limiter is told the luminance that the next
 * picture would have, tile by tile, and answers how far the shown picture may move towards it.
 *
 * A transition is a change of relative luminance by 0.1 or more away from the last extreme, the darker state below 0.8;
 * for saturated red a change of 20 / 320, whatever the state. A flash is two opposing transitions, so three flashes are
 * six transitions. They count where more than a quarter of a central field flashes together: a field is a third of the
 * picture in width and in height, as ten degrees are on the screen that WCAG takes for typical.
 *
 * The picture moves by mixing in linear light, in which luminance is linear: what each tile will show is known exactly,
 * and the answer keeps the limit whatever comes in. Long before the limit, as the transitions that were asked for add up,
 * the answer falls, so that a strobe turns into its mean and stays there instead of freezing and coming back.
 *
 * `fractalsync render` has the same limiter (host/video/flash_limiter.h), with the same limits.
 */
import limits from '../../../../data/flash_limits.json';

export const TILES_X = limits.tiles_x;
export const TILES_Y = limits.tiles_y;
export const TILES = TILES_X * TILES_Y;

const FIELD_X = TILES_X / limits.fields_across;
const FIELD_Y = TILES_Y / limits.fields_across;
/** More tiles than this, flashing in one field, are a flash of the field. */
const FIELD_LIMIT = Math.floor((FIELD_X * FIELD_Y) / 4);

/** Three flashes, less the one transition that a measurement in 8 bits may miss. */
const MAX_TRANSITIONS = limits.max_transitions;
const WINDOW_MS = limits.window_ms;
/** How slowly the picture follows when the transitions of the last second are used up. */
const SLOWEST_MS = limits.slowest_ms;

export interface SignalRule {
  /** A change that counts. */
  readonly threshold: number;
  /** It counts only where the darker state is below this. */
  readonly darker_below: number;
}

/** A little stricter than the standards, for the 8 bits in which tiles are measured. */
export const LUMINANCE_RULE: SignalRule = limits.luminance;
export const RED_RULE: SignalRule = limits.red;

/** The extremes and the transitions of every tile in one signal. */
class Signal {
  readonly shown = new Float64Array(TILES);
  /** The lowest and the highest value since the last transition. */
  private readonly low = new Float64Array(TILES);
  private readonly high = new Float64Array(TILES);
  /** +1 when the last transition went up, -1 down, 0 before the first. */
  private readonly direction = new Int8Array(TILES);
  private readonly times: number[][] = Array.from({ length: TILES }, () => []);

  constructor(private readonly rule: SignalRule) {}

  start(values: ArrayLike<number>): void {
    for (let i = 0; i < TILES; ++i) {
      this.shown[i] = this.low[i] = this.high[i] = values[i]!;
      this.direction[i] = 0;
      this.times[i]!.length = 0;
    }
  }

  forget(before: number): void {
    for (const times of this.times) while (times.length > 0 && times[0]! <= before) times.shift();
  }

  /** The transitions of tile `i` in the last second if it moved to `value`. */
  transitions(i: number, value: number): number {
    return this.times[i]!.length + (this.turns(i, value) === 0 ? 0 : 1);
  }

  move(i: number, value: number, now: number): void {
    const turn = this.turns(i, value);
    if (turn !== 0) {
      this.direction[i] = turn;
      this.times[i]!.push(now);
      this.low[i] = this.high[i] = value;
    }
    this.low[i] = Math.min(this.low[i]!, value);
    this.high[i] = Math.max(this.high[i]!, value);
    this.shown[i] = value;
  }

  private turns(i: number, value: number): -1 | 0 | 1 {
    const { threshold, darker_below: darkerBelow } = this.rule;
    const direction = this.direction[i]!;
    const low = this.low[i]!;
    if (direction <= 0 && value - low >= threshold && low < darkerBelow) return 1;
    if (direction >= 0 && this.high[i]! - value >= threshold && value < darkerBelow) return -1;
    return 0;
  }
}

export class FlashLimiter {
  private readonly signals = [new Signal(LUMINANCE_RULE), new Signal(RED_RULE)] as const;
  /** The same of the pictures that came, as if all had been shown. */
  private readonly asked = [new Signal(LUMINANCE_RULE), new Signal(RED_RULE)] as const;
  private readonly counts = new Uint8Array(TILES);
  private readonly sums = new Uint16Array((TILES_X + 1) * (TILES_Y + 1));
  private last = Number.NaN;

  /**
   * `luminance` and `red` in [0, 1], TILES values each, row by row, of the picture that could be shown at `timeMs`.
   * Returns the share k <= `most` of the way from the shown picture to it that may be gone. The caller must go it.
   */
  step(luminance: ArrayLike<number>, red: ArrayLike<number>, timeMs: number, most = 1): number {
    const next = [luminance, red] as const;
    if (Number.isNaN(this.last)) {
      for (const signals of [this.signals, this.asked]) signals.forEach((signal, s) => signal.start(next[s]!));
      this.last = timeMs;
      return 1;
    }
    const elapsed = Math.max(timeMs - this.last, 0);
    this.last = Math.max(timeMs, this.last);
    for (const signal of [...this.signals, ...this.asked]) signal.forget(this.last - WINDOW_MS);
    this.asked.forEach((signal, s) => move(signal, next[s]!, 1, this.last));

    let k = Math.min(most, this.eased(elapsed));
    if (!this.allowed(next, k)) {
      // The largest step that is allowed, to 1/256: a step of 0 always is.
      let low = 0;
      let high = k;
      for (let i = 0; i < 8; ++i) {
        k = (low + high) / 2;
        if (this.allowed(next, k)) low = k;
        else high = k;
      }
      k = low;
    }
    this.signals.forEach((signal, s) => move(signal, next[s]!, k, this.last));
    return k;
  }

  /** Forgets everything: the next picture is taken as it is. */
  reset(): void {
    this.last = Number.NaN;
  }

  private eased(elapsed: number): number {
    const used = this.busiest();
    const pressure = Math.min(Math.max((used - 1) / (MAX_TRANSITIONS - 1), 0), 1);
    return pressure === 0 ? 1 : 1 - Math.exp(-elapsed / (SLOWEST_MS * pressure * pressure));
  }

  private allowed(next: readonly ArrayLike<number>[], k: number): boolean {
    return this.signals.every((signal, s) => {
      this.count(signal, next[s]!, k);
      return !this.someField(MAX_TRANSITIONS + 1);
    });
  }

  /** The most transitions, up to the limit, that more than a quarter of some field was asked for. */
  private busiest(): number {
    let most = 0;
    this.asked.forEach((signal) => {
      this.count(signal, signal.shown, 0);
      while (most < MAX_TRANSITIONS && this.someField(most + 1)) ++most;
    });
    return most;
  }

  private count(signal: Signal, next: ArrayLike<number>, k: number): void {
    for (let i = 0; i < TILES; ++i) this.counts[i] = signal.transitions(i, mixed(signal.shown[i]!, next[i]!, k));
  }

  /** Whether some field has more than its limit of tiles with at least `transitions`; by a table of sums. */
  private someField(transitions: number): boolean {
    const { sums, counts } = this;
    const stride = TILES_X + 1;
    for (let y = 0; y < TILES_Y; ++y) {
      let row = 0;
      for (let x = 0; x < TILES_X; ++x) {
        if (counts[y * TILES_X + x]! >= transitions) ++row;
        sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1]! + row;
      }
    }
    for (let y = FIELD_Y; y <= TILES_Y; ++y) {
      for (let x = FIELD_X; x <= TILES_X; ++x) {
        const top = (y - FIELD_Y) * stride;
        const inside = sums[y * stride + x]! - sums[y * stride + x - FIELD_X]! - sums[top + x]! + sums[top + x - FIELD_X]!;
        if (inside > FIELD_LIMIT) return true;
      }
    }
    return false;
  }
}

function move(signal: Signal, next: ArrayLike<number>, k: number, now: number): void {
  for (let i = 0; i < TILES; ++i) signal.move(i, mixed(signal.shown[i]!, next[i]!, k), now);
}

function mixed(from: number, to: number, k: number): number {
  return from + k * (to - from);
}
