import { expect, it } from 'vitest';
import { HOP_SAMPLES, HopCutter, mixToMono, SAMPLE_RATE, type Hop } from '../../src/audio/hops';

it('mixes channels by their mean, and silence without any', () => {
  const mono = Float32Array.of(9, 9);
  mixToMono([Float32Array.of(1, 0.5), Float32Array.of(-0.5, 0.25)], mono);
  expect([...mono]).toEqual([0.25, 0.375]);
  mixToMono([], mono);
  expect([...mono]).toEqual([0, 0]);
});

it('cuts the sound into whole hops that keep every sample in order', () => {
  const hops: Hop[] = [];
  const cutter = new HopCutter(SAMPLE_RATE, (hop) => hops.push(hop));
  const sound = Float32Array.from({ length: 128 * 13 }, (_, n) => n);
  for (let at = 0; at < sound.length; at += 128) cutter.push([sound.subarray(at, at + 128)], 128, at);
  expect(hops.map((hop) => hop.index)).toEqual([0, 1, 2]);
  expect(hops.flatMap((hop) => [...hop.pcm])).toEqual([...sound.subarray(0, 3 * HOP_SAMPLES)]);
  // Each is stamped with the time of the block that completed it: blocks 4, 8 and 12.
  expect(hops.map((hop) => hop.heardAt)).toEqual([3 * 128, 7 * 128, 11 * 128]);
  expect(new Set(hops.map((hop) => hop.pcm.buffer)).size).toBe(3); // they are transferred
});

it('goes on with silence when nothing is connected', () => {
  const hops: Hop[] = [];
  const cutter = new HopCutter(44100, (hop) => hops.push(hop));
  for (let block = 0; block < 20; ++block) cutter.push([], 128, 0);
  expect(hops.length).toBe(2); // 20 * 128 / 2 samples, less the filter's delay
  expect(hops.every((hop) => hop.pcm.every((sample) => sample === 0))).toBe(true);
});
