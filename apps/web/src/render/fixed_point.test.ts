import { describe, expect, it } from 'vitest';
import { fixedPoint, koenigs } from './fixed_point';

const cs: [number, number][] = [
  [-0.1, 0], [0, 0], [-0.2, 0.1], [-0.39, 0.27], [0.25, 0], [-0.75, 0.15], [0.3, -0.5], [1.5, 1.5], [-2, 0],
];

describe('fixedPoint', () => {
  it.each(cs)('is fixed, c = %d + %d i', (re, im) => {
    const a = fixedPoint(re, im);
    // A few roundings of numbers up to 4.
    expect(Math.abs(a.re * a.re - a.im * a.im + re - a.re)).toBeLessThanOrEqual(1e-14);
    expect(Math.abs(2 * a.re * a.im + im - a.im)).toBeLessThanOrEqual(1e-14);
  });

  it('has the multiplier rho e^{i psi} at c = m/2 - m^2/4', () => {
    for (const rho of [0.1, 0.5, 0.9, 0.99]) {
      for (const psi of [0, 0.7, 1.6, 2.8, -2]) {
        const mRe = rho * Math.cos(psi);
        const mIm = rho * Math.sin(psi);
        const a = fixedPoint(mRe / 2 - (mRe * mRe - mIm * mIm) / 4, mIm / 2 - (mRe * mIm) / 2);
        expect(Math.abs(a.multiplierRe - mRe)).toBeLessThanOrEqual(1e-13);
        expect(Math.abs(a.multiplierIm - mIm)).toBeLessThanOrEqual(1e-13);
      }
    }
  });
});

describe('koenigs', () => {
  it('is off where the multiplier is 0 or on the unit circle, and outside', () => {
    for (const c of [0, 0.25, -0.75, -1.2, 0.4]) expect(koenigs(fixedPoint(c, 0)).strength).toBe(0);
  });

  it('fades continuously', () => {
    let before = koenigs(fixedPoint(0, 0)).strength;
    for (let c = 0; c > -0.75; c -= 1e-4) {
      const { strength } = koenigs(fixedPoint(c, 0));
      // The steepest slope of smoothstep is 1.5 / 0.11 per unit of |m|, and |dm/dc| <= 2.
      expect(Math.abs(strength - before)).toBeLessThanOrEqual(1e-4 * 2 * (1.5 / 0.11) * 1.01);
      before = strength;
    }
  });

  it('measures the rate of convergence', () => {
    const k = koenigs(fixedPoint(-0.2, 0));
    expect(Math.abs(Math.exp(-k.rate) - Math.abs(1 - Math.sqrt(1.8)))).toBeLessThanOrEqual(1e-14);
    expect(k.turn).toBeCloseTo(Math.PI, 12);
  });
});
