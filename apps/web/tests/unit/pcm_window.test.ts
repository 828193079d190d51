import { describe, expect, it } from 'vitest';
import { HOP_SAMPLES } from '../../src/audio/hops';
import { Backlog, PcmWindow } from '../../src/inference/pcm_window';

describe('the window of samples', () => {
  it('holds the newest samples, zeros before the stream', () => {
    const window = new PcmWindow(7168, 1536);
    window.push(new Float32Array(HOP_SAMPLES).fill(1));
    window.push(new Float32Array(HOP_SAMPLES).fill(2));
    expect(window.samples.filter((value) => value === 0).length).toBe(7168 - 2 * HOP_SAMPLES);
    expect(window.samples.at(-1)).toBe(2);
    expect(window.samples.at(-HOP_SAMPLES - 1)).toBe(1);
  });

  it('is ready at the first window of a file: ten frames, the last centred on sample 9 * 512', () => {
    const window = new PcmWindow(7168, 1536);
    let hops = 0;
    while (!window.ready) {
      window.push(new Float32Array(HOP_SAMPLES));
      ++hops;
    }
    expect(hops * HOP_SAMPLES).toBe(9 * 512 + 1024);
  });
});

describe('the backlog', () => {
  it('skips nothing while hops are fresh, and holds out a short stall', () => {
    const backlog = new Backlog();
    for (const age of [0, 5, 150, 199, 30]) expect(backlog.skips(age)).toBe(false);
  });

  it('after a long stall skips to the first fresh hop, not to the first bearable one', () => {
    const backlog = new Backlog();
    const ages = [10, 900, 500, 190, 100, 40, 150];
    expect(ages.map((age) => backlog.skips(age))).toEqual([false, true, true, true, true, false, false]);
  });

  it('keeps the lag bounded on a machine that is too slow', () => {
    const backlog = new Backlog();
    const hopMs = 23;
    const runMs = 50;
    let clock = 0;
    let oldest = 0;
    for (let hop = 0; hop < 2000; ++hop) {
      clock = Math.max(clock, hop * hopMs);
      const age = clock - hop * hopMs;
      if (backlog.skips(age)) continue;
      oldest = Math.max(oldest, age);
      clock += runMs;
    }
    expect(oldest).toBeLessThanOrEqual(200);
  });
});
