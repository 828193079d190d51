import { describe, expect, it } from 'vitest';
import { MAX_SCALE, MIN_SCALE, ScaleController } from './scale_controller';

interface Machine {
  /** GPU time of a frame at scale 1, ms. */
  cost: number;
  /** Interval of the display, ms. */
  display?: number;
  /** Whether the browser tells the GPU time. */
  tells?: boolean;
}

/** Frames come at multiples of the display's interval; cost grows with the square of the scale. */
function run(machine: Machine | ((timeMs: number) => Machine), seconds: number, controller = new ScaleController(60)) {
  const scales: number[] = [];
  const intervals: number[] = [];
  let now = 0;
  while (now < seconds * 1000) {
    const { cost, display = 1000 / 60, tells = false } = typeof machine === 'function' ? machine(now) : machine;
    const busy = cost * controller.scale ** 2;
    const interval = Math.max(1, Math.ceil(busy / display - 1e-9)) * display;
    now += interval;
    intervals.push(interval);
    scales.push(controller.frame(now, tells ? busy : null));
  }
  return { scales, intervals, last: scales[scales.length - 1]! };
}

const changes = (scales: number[]) => scales.filter((s, i) => i > 0 && s !== scales[i - 1]).length;

describe('ScaleController', () => {
  it('starts at the canvas resolution', () => {
    expect(new ScaleController(60).scale).toBe(1);
  });

  it.each([true, false])('comes down until the frame rate holds (GPU time told: %s)', (tells) => {
    const { intervals, last } = run({ cost: 60, tells }, 10);
    expect(Math.max(...intervals.slice(-120))).toBeLessThan(17);
    expect(last).toBeLessThan(1);
  });

  it('supersamples when there is time to spare', () => {
    expect(run({ cost: 1, tells: true }, 60).last).toBeCloseTo(MAX_SCALE, 9);
    expect(run({ cost: 1 }, 60).last).toBeCloseTo(MAX_SCALE, 9);
  });

  it.each([true, false])('does not pump (GPU time told: %s)', (tells) => {
    // Scale 1 fits, one step up does not.
    const { scales } = run({ cost: 13, tells }, 120);
    // Without the GPU time it must try: after 2, 4, 8, 16, 32 and 60 s of calm, each time up and down.
    expect(changes(scales)).toBeLessThanOrEqual(tells ? 0 : 12);
  });

  it('gives up where fewer pixels do not help', () => {
    // A display of 30 Hz: no scale reaches 60.
    const { last } = run({ cost: 2, display: 1000 / 30 }, 20);
    expect(last).toBeGreaterThanOrEqual(1);
  });

  it('leaves the scale alone when the GPU is known to be idle', () => {
    expect(run({ cost: 2, display: 1000 / 30, tells: true }, 5).last).toBeGreaterThanOrEqual(1);
  });

  it('comes back after a slow passage', () => {
    const { last } = run((now) => ({ cost: now > 5000 && now < 10000 ? 80 : 12 }), 90);
    expect(last).toBeGreaterThanOrEqual(1);
  });

  it('stays within its bounds and the limit of the canvas', () => {
    expect(run({ cost: 100000 }, 60).last).toBeGreaterThanOrEqual(MIN_SCALE * 0.999);
    const controller = new ScaleController(60);
    controller.setMaxScale(0.8);
    expect(controller.scale).toBe(0.8);
    expect(run({ cost: 0.1 }, 20, controller).last).toBe(0.8);
  });

  it('takes a pause for a pause', () => {
    const controller = new ScaleController(60);
    for (let i = 0; i < 50; ++i) controller.frame(i * 5000, null);
    expect(controller.scale).toBe(1);
  });
});
