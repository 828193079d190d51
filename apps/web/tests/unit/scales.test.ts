import { describe, expect, it } from 'vitest';
import { correlation, figure, linear, linePath, roundDomain, roundStep, thin } from '../../src/train/scales';

describe('a linear scale', () => {
  it('maps the ends to the ends, and the middle to the middle', () => {
    const y = linear([-1, 3], [100, 20]);
    expect([-1, 1, 3].map(y)).toEqual([100, 60, 20]);
  });

  it('puts a single value in the middle', () => {
    expect(linear([5, 5], [0, 10])(5)).toBe(5);
  });
});

describe('the ends of an axis', () => {
  it.each([
    [[0.3, 0.94], [0.2, 1]],
    [[-2.39, 0.21], [-2.5, 0.5]],
    [[0, 1], [0, 1]],
    [[1234, 5678], [1000, 6000]],
    [[0.7], [0.6, 0.8]],
    [[0], [0, 0]],
    [[NaN, 2, Infinity, 4], [2, 4]],
    [[], [0, 1]],
  ])('of %j are %j', (values, [low, high]) => {
    const domain = roundDomain(values);
    // Multiples of a step that is no power of two: off by a rounding of each.
    expect(Math.abs(domain[0] - low!)).toBeLessThanOrEqual(4 * Number.EPSILON * Math.max(Math.abs(low!), 1));
    expect(Math.abs(domain[1] - high!)).toBeLessThanOrEqual(4 * Number.EPSILON * Math.max(Math.abs(high!), 1));
  });

  it('hold every value', () => {
    let seed = 7;
    const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    for (let k = 0; k < 1000; ++k) {
      const scale = 10 ** (8 * random() - 5);
      const values = Array.from({ length: 1 + Math.floor(5 * random()) }, () => scale * (random() - 0.5));
      const [low, high] = roundDomain(values);
      // `roundDomain` forgives a billionth of a step.
      const slack = 1e-8 * scale;
      expect(values.every((value) => value >= low - slack && value <= high + slack), `${values} in ${low}, ${high}`).toBe(true);
    }
  });

  it('are far apart by round steps', () => {
    expect([1, 4, 9, 20, 40, 1000].map(roundStep)).toEqual([0.2, 1, 2, 5, 10, 200]);
  });
});

describe('a line', () => {
  it('is broken where there is no value', () => {
    const points = [0, 1, NaN, 3, 4].map((y, x) => ({ x, y }));
    expect(linePath(points)).toBe('M0,0L1,1M3,3L4,4');
    expect(linePath([])).toBe('');
  });

  it('keeps its ends when it is thinned', () => {
    const many = Array.from({ length: 1000 }, (_, k) => k);
    const few = thin(many, 7);
    expect(few).toHaveLength(7);
    expect([few[0], few.at(-1)]).toEqual([0, 999]);
    expect(thin([1, 2], 7)).toEqual([1, 2]);
  });
});

describe('figures', () => {
  it('have three digits', () => {
    expect([0.71234, -12.345, 0, 1.2e-5, 1234.5, null, NaN].map(figure)).toEqual(['0.712', '−12.3', '0', '1.2e-5', '1230', '–', '–']);
  });

  it('of correlations are written as in the tables', () => {
    expect([0.934, -0.104, 1, 0, -0.001, null, undefined].map(correlation)).toEqual(['.93', '−.10', '1.00', '.00', '.00', '–', '–']);
  });
});
