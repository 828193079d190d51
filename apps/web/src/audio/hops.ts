// What the model hears, cut into hops: the newest sound mixed to mono, resampled to 22 050 Hz, in blocks of 512 samples.
// Runs in the AudioWorklet, between the browser's audio graph and the inference worker.
import { Resampler } from './resampler';

export const SAMPLE_RATE = 22050;
export const HOP_SAMPLES = 512;
export const HOP_MS = (1000 * HOP_SAMPLES) / SAMPLE_RATE;

/** One block of sound on its way to the model. */
export interface Hop {
  /** Counts from 0 since the audio graph was made: the clock of the stream. */
  index: number;
  /** `[HOP_SAMPLES]`, mono, 22 050 Hz. */
  pcm: Float32Array<ArrayBuffer>;
  /** When its last sample came in, `Date.now()` ms: the one clock that worklet, worker and page share. */
  heardAt: number;
}

/** Mean of the channels into `mono`, as in training; no channels are silence. */
export function mixToMono(channels: readonly Float32Array[], mono: Float32Array): void {
  mono.fill(0);
  for (const channel of channels) for (let i = 0; i < mono.length; ++i) mono[i]! += channel[i]!;
  if (channels.length > 1) for (let i = 0; i < mono.length; ++i) mono[i]! /= channels.length;
}

export class HopCutter {
  private readonly resampler: Resampler;
  private mono = new Float32Array(0);
  private resampled = new Float32Array(0);
  private pcm = new Float32Array(HOP_SAMPLES);
  private filled = 0;
  private index = 0;

  /** `inputRate` in Hz, a whole number. */
  constructor(
    inputRate: number,
    private readonly emit: (hop: Hop) => void,
  ) {
    this.resampler = new Resampler(inputRate, SAMPLE_RATE);
  }

  /** `count` samples of each channel; `now` is `Date.now()`. Calls `emit` for every hop that is full. */
  push(channels: readonly Float32Array[], count: number, now: number): void {
    if (this.mono.length !== count) {
      this.mono = new Float32Array(count);
      this.resampled = new Float32Array(this.resampler.maximumOutput(count));
    }
    mixToMono(channels, this.mono);
    const made = this.resampler.process(this.mono, this.resampled);
    for (let i = 0; i < made; ++i) {
      this.pcm[this.filled++] = this.resampled[i]!;
      if (this.filled === HOP_SAMPLES) {
        this.emit({ index: this.index++, pcm: this.pcm, heardAt: now });
        this.pcm = new Float32Array(HOP_SAMPLES); // the old one is transferred
        this.filled = 0;
      }
    }
  }
}
