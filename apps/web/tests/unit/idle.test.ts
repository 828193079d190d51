import { expect, it } from 'vitest';
import { idleFrame } from '../../src/idle';

it('stays inside the main cardioid, where the Julia set is connected', () => {
  for (let seconds = 0; seconds < 300; seconds += 0.5) {
    const { cRe, cIm } = idleFrame(seconds, false);
    // |1 - sqrt(1 - 4c)| is the multiplier of the attracting fixed point: 0.985 by construction.
    const re = 1 - 4 * cRe;
    const im = -4 * cIm;
    const r = Math.hypot(re, im);
    const rootRe = Math.sqrt((r + re) / 2);
    const rootIm = Math.sign(im) * Math.sqrt((r - re) / 2);
    expect(Math.hypot(1 - rootRe, rootIm)).toBeCloseTo(0.985, 9);
  }
});

it('does not move for people who asked for less motion', () => {
  expect(idleFrame(100, true)).toEqual(idleFrame(0, true));
});
