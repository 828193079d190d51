import { describe, expect, it } from 'vitest';
import { HOP_MS } from '../../src/audio/hops';
import { interpolate, Timeline, unwrap, type TimelineResult } from '../../src/inference/timeline';

/** A result whose hue says which hop it is. */
function result(hop: number, rotation = 0): TimelineResult {
  return { hop, heardAt: hop * HOP_MS, rotation, parameters: Float32Array.of(0, 0, hop, 0.5, 0.5, 1, 0) };
}

/** A 60 Hz display over hops that arrive `delay(hop)` ms late; the hops shown at each frame, from the tenth hop on. */
function show(hops: number, delay: (hop: number) => number): { now: number; shown: number }[] {
  const timeline = new Timeline();
  const frames = [];
  let next = 0;
  for (let now = 0; now < hops * HOP_MS; now += 1000 / 60) {
    while (next < hops && next * HOP_MS + delay(next) <= now) timeline.push(result(next++), now);
    const sample = timeline.sample(now);
    if (sample && next > 10) frames.push({ now, shown: sample.frame.hue });
  }
  return frames;
}

describe('angles', () => {
  it('are unwrapped to the nearest turn', () => {
    expect(unwrap(3, -3)).toBeCloseTo(-3 + 2 * Math.PI, 12);
    expect(unwrap(100, 0.1)).toBeCloseTo(0.1 + 32 * Math.PI, 12); // 100 rad are 15.9 turns
    expect(unwrap(0.5, 0.4)).toBeCloseTo(0.4, 12);
  });

  it('are interpolated the short way round', () => {
    const frame = { cRe: 0, cIm: 0, hue: 0, saturation: 0, brightness: 0, zoom: 1, speed: 0, rotation: 3.1 };
    const middle = interpolate(frame, { ...frame, rotation: -3.1 }, 0.5);
    expect(middle.rotation).toBeCloseTo(Math.PI, 6);
  });
});

describe('interpolation', () => {
  it('meets both ends and goes straight between them, zoom by its logarithm', () => {
    const a = { cRe: -1, cIm: 0.5, hue: 0.2, saturation: 0, brightness: 1, zoom: 1, speed: 0, rotation: 1 };
    const b = { cRe: 1, cIm: 1, hue: 0.4, saturation: 1, brightness: 0, zoom: 4, speed: 1, rotation: 2 };
    expect(interpolate(a, b, 0)).toEqual(a);
    expect(interpolate(a, b, 1)).toEqual(b);
    const middle = interpolate(a, b, 0.5);
    expect(middle.zoom).toBeCloseTo(2, 12);
    expect(middle).toMatchObject({ cRe: 0, cIm: 0.75, saturation: 0.5, rotation: 1.5 });
  });
});

describe('the timeline', () => {
  it('shows nothing before the first result', () => {
    expect(new Timeline().sample(0)).toBeNull();
  });

  it('moves evenly when results arrive evenly, one hop late', () => {
    const frames = show(400, () => 5).slice(150);
    for (const { now, shown } of frames) {
      // One hop, and up to one frame of the display until a result is noticed, which here counts as jitter.
      const lag = now - shown * HOP_MS;
      expect(lag).toBeGreaterThanOrEqual(HOP_MS + 5 - 1e-6);
      expect(lag).toBeLessThanOrEqual(HOP_MS + 5 + 2 * (1000 / 60));
    }
    const steps = frames.slice(1).map(({ shown }, i) => shown - frames[i]!.shown);
    const even = 1000 / 60 / HOP_MS;
    for (const step of steps) expect(Math.abs(step - even)).toBeLessThanOrEqual(0.05 * even);
  });

  it('stays smooth when results arrive in bursts of four', () => {
    const frames = show(800, (hop) => (3 - (hop % 4)) * HOP_MS).slice(300);
    const even = 1000 / 60 / HOP_MS;
    const steps = frames.slice(1).map(({ shown }, i) => shown - frames[i]!.shown);
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(0);
    for (const step of steps) expect(Math.abs(step - even)).toBeLessThanOrEqual(0.1 * even);
  });

  it('never goes backwards, whatever arrives when', () => {
    const late = (hop: number) => 40 * Math.abs(Math.sin(hop * hop));
    const frames = show(300, late);
    frames.slice(1).forEach(({ shown }, i) => expect(shown).toBeGreaterThanOrEqual(frames[i]!.shown));
  });

  it('holds the picture in a pause and goes on after it', () => {
    const timeline = new Timeline();
    let now = 0;
    for (let hop = 0; hop < 20; ++hop) timeline.push(result(hop), (now = hop * HOP_MS));
    expect(timeline.sample(now + 60_000)!.frame.hue).toBe(19);
    now += 60_000;
    timeline.push(result(20), now);
    expect(timeline.sample(now)!.frame.hue).toBeCloseTo(19, 6);
    expect(timeline.sample(now + HOP_MS / 2)!.frame.hue).toBeCloseTo(19.5, 6);
    expect(timeline.sample(now + HOP_MS)!.frame.hue).toBeCloseTo(20, 6);
  });

  it('begins anew with a stream that counts from zero again', () => {
    const timeline = new Timeline();
    for (let hop = 0; hop < 20; ++hop) timeline.push(result(hop), hop * HOP_MS);
    timeline.sample(19 * HOP_MS);
    timeline.push(result(0), 1000);
    expect(timeline.sample(1000)!.frame.hue).toBe(0);
  });

  it('passes over hops that were skipped', () => {
    const timeline = new Timeline();
    timeline.push(result(0), 0);
    timeline.push(result(4), 4 * HOP_MS);
    expect(timeline.sample(3 * HOP_MS)!.frame.hue).toBeCloseTo(2, 6);
  });
});
