import { describe, expect, it } from 'vitest';
import { CalmMotion, MAX_TURN } from './calm_motion';
import type { Frame } from './types';

const frame: Frame = { cRe: -0.2, cIm: 0.1, hue: 0.4, saturation: 0.5, brightness: 0.5, zoom: 1, speed: 0.5, rotation: 0 };

describe('CalmMotion', () => {
  it('shows the first frame as it is', () => {
    expect(new CalmMotion().step(frame, 0)).toEqual(frame);
  });

  it('turns no faster than its limit, also over the jump from 2 pi to 0', () => {
    const calm = new CalmMotion();
    let before = calm.step(frame, 0).rotation;
    for (let i = 1; i <= 600; ++i) {
      const { rotation } = calm.step({ ...frame, rotation: (i * 0.1) % (2 * Math.PI) }, i * 16);
      const turned = rotation - before;
      // Forward always, and the limit up to rounding of angles of the order of 10.
      expect(turned > 0 && turned <= MAX_TURN * 0.016 + 1e-12).toBe(true);
      before = rotation;
    }
  });

  it('follows a leap of shape and zoom slowly, and arrives', () => {
    const calm = new CalmMotion();
    calm.step(frame, 0);
    const there = { ...frame, cRe: 0.3, zoom: 2 };
    const first = calm.step(there, 16);
    expect(Math.abs(first.cRe - frame.cRe)).toBeLessThan(0.01);
    expect(Math.abs(first.zoom - frame.zoom)).toBeLessThan(0.01);
    let last = first;
    for (let i = 2; i < 2000; ++i) last = calm.step(there, i * 16);
    expect(Math.abs(last.cRe - 0.3)).toBeLessThanOrEqual(1e-6);
    expect(Math.abs(last.zoom - 2)).toBeLessThanOrEqual(1e-4);
  });

  it('does not leap after a pause', () => {
    const calm = new CalmMotion();
    calm.step(frame, 0);
    expect(calm.step({ ...frame, zoom: 2 }, 60000).zoom).toBeLessThan(1.05);
  });
});
