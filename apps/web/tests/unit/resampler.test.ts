import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Resampler } from '../../src/audio/resampler';
import { testSignal } from '../golden/resampler/signal.mjs';

const RATE = 22050;

/** All of `input` in pieces of `size`, with the silence that pushes the last samples out of the filter. */
function resample(input: Float32Array, rate: number, size: number): Float32Array {
  const resampler = new Resampler(rate, RATE);
  const wanted = Math.ceil((input.length * RATE) / rate);
  const padded = new Float32Array(input.length + Math.ceil(2 * resampler.delaySeconds * rate) + size);
  padded.set(input);
  const all: number[] = [];
  const output = new Float32Array(resampler.maximumOutput(size));
  for (let at = 0; at < padded.length; at += size) {
    const made = resampler.process(padded.subarray(at, at + size), output);
    expect(made).toBeLessThanOrEqual(output.length);
    all.push(...output.subarray(0, made));
  }
  return Float32Array.from(all.slice(0, wanted));
}

function golden(rate: number): Float32Array {
  const file = readFileSync(new URL(`../golden/resampler/soxr_hq_${rate}.f32`, import.meta.url));
  return new Float32Array(file.buffer.slice(file.byteOffset, file.byteOffset + file.length));
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, i) => {
    const difference = Math.abs(value - b[i]!);
    return difference <= most ? most : difference; // NaN wins
  }, 0);
}

describe('the resampler', () => {
  // What a perfect resampler makes of the test signal is known in closed form. The filter is flat to 120 dB (1e-6) for the
  // four tones of amplitude 0.2, and removes the fifth as well: 5 * 0.2 * 1e-6. Rounding adds less (float32, sums that
  // stay under 1).
  it.each([16000, 44100, 48000, 96000])('is exact for what lies in its band, from %i Hz', (rate) => {
    const expected = testSignal(rate, RATE, true);
    const error = largestDifference(resample(testSignal(rate), rate, 128), expected);
    expect(error).toBeLessThanOrEqual(1e-6);
  });

  // soxr's HQ interpolates its filter between phases when the rates have no small ratio, which costs it some accuracy: up to
  // 2^-12.5 of full scale in these files (the test above says whose error it is).
  it.each([16000, 44100, 48000, 96000])('agrees with soxr HQ, as in training, from %i Hz', (rate) => {
    const expected = golden(rate);
    const actual = resample(testSignal(rate), rate, 128);
    expect(Math.abs(expected.length - actual.length)).toBeLessThanOrEqual(1); // soxr rounds the length
    const error = largestDifference(actual.subarray(0, expected.length), expected);
    expect(error).toBeLessThanOrEqual(rate % RATE === 0 ? 1e-6 : 2 ** -12.5);
  });

  it('does not depend on how the sound is cut', () => {
    const signal = testSignal(48000);
    expect(resample(signal, 48000, 128)).toEqual(resample(signal, 48000, 1001));
  });

  it('passes sound at its own rate unchanged', () => {
    const signal = testSignal(RATE);
    expect(resample(signal, RATE, 128)).toEqual(signal);
  });

  it('suppresses what lies above the new Nyquist frequency by 110 dB', () => {
    const tone = Float32Array.from({ length: 48000 }, (_, n) => Math.sin((2 * Math.PI * 11500 * n) / 48000));
    const middle = resample(tone, 48000, 128).subarray(2000, 20000);
    expect(Math.max(...middle.map(Math.abs))).toBeLessThanOrEqual(10 ** (-110 / 20));
  });

  it('delays by less than five milliseconds at the rates of audio devices', () => {
    for (const rate of [44100, 48000, 96000, 192000]) expect(new Resampler(rate, RATE).delaySeconds).toBeLessThan(0.005);
  });

  it('refuses rates that are not whole positive numbers', () => {
    for (const rate of [0, -1, 44100.5, NaN]) expect(() => new Resampler(rate, RATE)).toThrow(RangeError);
  });
});
