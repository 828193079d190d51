import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FlashLimiter, TILES, TILES_X } from './flash_limiter';

const FPS = 60;
const dark = new Float64Array(TILES);

function filled(value: number): Float64Array {
  return new Float64Array(TILES).fill(value);
}

/** What is shown when `target(t, tile)` is asked for during `seconds`: one row per frame. */
function shown(seconds: number, target: (t: number, tile: number) => number, signal: 'luminance' | 'red' = 'luminance') {
  const limiter = new FlashLimiter();
  const rows: Float64Array[] = [];
  const steps: number[] = [];
  let now = filled(0);
  for (let frame = 0; frame < seconds * FPS; ++frame) {
    const wanted = Float64Array.from({ length: TILES }, (_, i) => target(frame / FPS, i));
    const k =
      signal === 'luminance'
        ? limiter.step(wanted, dark, (frame * 1000) / FPS)
        : limiter.step(dark, wanted, (frame * 1000) / FPS);
    expect(k >= 0 && k <= 1).toBe(true);
    now = now.map((y, i) => y + k * (wanted[i]! - y));
    rows.push(now);
    steps.push(k);
  }
  return { rows, steps };
}

/**
 * The most flashes in any second, counted independently of the limiter: monotone runs between local extremes, runs of at
 * least `threshold` (darker state below `darker`) counted by pairs of opposite sign.
 */
function flashes(series: number[], threshold = 0.1, darker = 0.8): number {
  const extremes: { at: number; value: number }[] = [{ at: 0, value: series[0]! }];
  let direction = 0;
  let best = { at: 0, value: series[0]! };
  series.forEach((value, at) => {
    const from = extremes[extremes.length - 1]!.value;
    if (direction === 0 ? Math.abs(value - from) >= threshold : direction * (value - best.value) > 0) {
      if (direction === 0) direction = Math.sign(value - from);
      best = { at, value };
    } else if (direction !== 0 && -direction * (value - best.value) >= threshold) {
      extremes.push(best);
      direction = -direction;
      best = { at, value };
    }
  });
  extremes.push(best);
  const changes = extremes
    .slice(1)
    .filter((e, i) => Math.abs(e.value - extremes[i]!.value) >= threshold && Math.min(e.value, extremes[i]!.value) < darker);
  let most = 0;
  for (const change of changes) {
    const within = changes.filter((other) => other.at > change.at - FPS && other.at <= change.at).length;
    most = Math.max(most, Math.floor(within / 2));
  }
  return most;
}

const column = (rows: Float64Array[], tile: number) => rows.map((row) => row[tile]!);

describe('FlashLimiter', () => {
  it('lets a still picture and slow changes through as they are', () => {
    expect(shown(2, () => 0.3).steps.every((k) => k === 1)).toBe(true);
    expect(shown(8, (t) => 0.4 + 0.3 * Math.sin(t)).steps.every((k) => k === 1)).toBe(true);
  });

  it('lets one sudden change through', () => {
    const { rows } = shown(2, (t) => (t < 1 ? 0.1 : 0.7));
    expect(rows[FPS + 1]![0]).toBe(0.7);
  });

  it('lets small flicker through', () => {
    const { steps } = shown(3, (t) => (Math.floor(t * 20) % 2 ? 0.30 : 0.38));
    expect(steps.every((k) => k === 1)).toBe(true);
  });

  it.each([2.5, 4, 6, 10, 15, 30])('keeps a full-screen strobe of %d Hz to three flashes a second', (hertz) => {
    const strobe = (t: number) => (Math.floor(t * hertz * 2 + 1e-9) % 2 ? 1 : 0);
    const { rows } = shown(6, strobe);
    const asked = Array.from({ length: 6 * FPS }, (_, frame) => strobe(frame / FPS));
    if (hertz > 4) expect(flashes(asked)).toBeGreaterThan(3);
    expect(flashes(column(rows, 0))).toBeLessThanOrEqual(3);
  });

  it.each([5, 10, 15])('turns a lasting strobe of %d Hz into its mean', (hertz) => {
    const { rows } = shown(8, (t) => Math.floor(t * hertz * 2 + 1e-9) % 2);
    const late = column(rows, 5).slice(3 * FPS);
    const mean = late.reduce((a, b) => a + b, 0) / late.length;
    // A low-pass of 0.7 s leaves of a square wave of period T no more than T / 2 / 0.7 s, half of it to either side.
    expect(Math.abs(mean - 0.5)).toBeLessThanOrEqual(0.05);
    expect(Math.max(...late) - Math.min(...late)).toBeLessThanOrEqual(0.5 / hertz / 0.7);
  });

  it('shows everything again a second after the strobe', () => {
    const { steps } = shown(5, (t) => (t < 3 ? Math.floor(t * 20 + 1e-9) % 2 : 0.2));
    expect(steps.slice(4.1 * FPS).every((k) => k === 1)).toBe(true);
  });

  it('holds against random luminance', () => {
    for (let seed = 1; seed <= 5; ++seed) {
      let state = seed;
      const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
      const values = Array.from({ length: 10 * FPS }, random);
      const { rows } = shown(10, (t) => values[Math.round(t * FPS)]!);
      expect(flashes(column(rows, 7)), `seed ${seed}`).toBeLessThanOrEqual(3);
    }
  });

  it('keeps a strobe in one field, and lets a small spot blink', () => {
    const inCorner = (i: number) => i % TILES_X < 5 && i < 3 * TILES_X;
    const corner = shown(4, (t, i) => (inCorner(i) && Math.floor(t * 16) % 2 ? 1 : 0));
    expect(flashes(column(corner.rows, 0))).toBeLessThanOrEqual(3);
    const spot = shown(4, (t, i) => (i === 20 && Math.floor(t * 16) % 2 ? 1 : 0));
    expect(spot.steps.every((k) => k === 1)).toBe(true);
  });

  it('ignores flicker between two bright states', () => {
    const { steps } = shown(3, (t) => (Math.floor(t * 16) % 2 ? 1 : 0.85));
    expect(steps.slice(1).every((k) => k === 1)).toBe(true);
  });

  it('keeps saturated red to three flashes a second', () => {
    const { rows } = shown(6, (t) => (Math.floor(t * 20) % 2 ? 0.5 : 0), 'red');
    expect(flashes(column(rows, 0), 20 / 320, Infinity)).toBeLessThanOrEqual(3);
  });

  it('never goes beyond the step it is given, and starts anew after a reset', () => {
    const limiter = new FlashLimiter();
    limiter.step(filled(0), dark, 0);
    expect(limiter.step(filled(1), dark, 16, 0.25)).toBe(0.25);
    limiter.reset();
    expect(limiter.step(filled(1), dark, 32, 0.25)).toBe(1);
  });

  it('answers as the native limiter does', () => {
    // What `tests/video/flash_test.cpp` asks of the native one, with the same made-up numbers.
    const { steps } = JSON.parse(readFileSync('../../tests/golden/flash/steps.json', 'utf8')) as { steps: number[] };
    const limiter = new FlashLimiter();
    let state = 1;
    const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
    steps.forEach((expected, frame) => {
      const luminance = new Float64Array(TILES);
      const red = new Float64Array(TILES);
      const all = random();
      const calm = frame % 200 < 100 ? 1 : 0.1;
      for (let i = 0; i < TILES; ++i) {
        luminance[i] = calm * all * random();
        red[i] = 0.2 * calm * random();
      }
      expect(Math.abs(limiter.step(luminance, red, frame * 20) - expected), `frame ${frame}`).toBeLessThanOrEqual(1e-12);
    });
  });

  it('withstands a clock that stands still', () => {
    const limiter = new FlashLimiter();
    for (let i = 0; i < 40; ++i) {
      const k = limiter.step(filled(i % 2), dark, 1000);
      expect(k >= 0 && k <= 1).toBe(true);
    }
  });
});
