// Mono samples at the audio device's rate become samples at 22 050 Hz, the rate of training, piece by piece. Runs in the
// AudioWorklet, before the samples are cut into hops.
//
// A polyphase windowed sinc (Kaiser), band-limited as soxr's HQ setting, which training uses: flat up to 0.913 of the
// lower of the two Nyquist frequencies, nothing above it. Linear phase; the delay is compensated, so that output n is the
// sound at n / outputRate.

/** Where soxr's HQ passband ends, as a share of the Nyquist frequency. */
const PASSBAND_END = 0.913;
/** Attenuation of the stopband in dB: soxr's HQ keeps 20 bits. */
const ATTENUATION_DB = 120;

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > 1e-17 * sum; ++k) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

export class Resampler {
  /** Seconds by which an output sample comes later than the sound: half the filter. */
  readonly delaySeconds: number;

  /** Output n lies at input position n * step / phases. */
  private readonly phases: number;
  private readonly step: number;
  private readonly taps: number;
  /** `[phases, taps]`, each row reversed: it is applied to the newest `taps` samples, oldest first. */
  private readonly filters: Float32Array;
  /** The newest `taps` samples, held twice so that any run of them is contiguous. */
  private readonly history: Float32Array;
  private write = 0;
  /** How many more input samples, and which phase, the next output needs. */
  private wanted: number;
  private phase = 0;

  /** Rates in whole Hz. Throws a RangeError for others. */
  constructor(inputRate: number, outputRate: number) {
    if (!Number.isInteger(inputRate) || !Number.isInteger(outputRate) || inputRate < 1 || outputRate < 1)
      throw new RangeError(`cannot resample from ${inputRate} to ${outputRate} Hz: rates are whole positive numbers`);
    const divisor = greatestCommonDivisor(inputRate, outputRate);
    this.phases = outputRate / divisor;
    this.step = inputRate / divisor;
    if (inputRate === outputRate) {
      this.taps = 1;
      this.filters = Float32Array.of(1);
    } else {
      const nyquist = Math.min(1, outputRate / inputRate); // of the lower rate, in units of the input's
      const transition = Math.PI * nyquist * (1 - PASSBAND_END);
      // Kaiser's estimate of the length for this attenuation and width (Oppenheim & Schafer, 7.76).
      const half = Math.ceil((ATTENUATION_DB - 8) / (2.285 * transition) / 2);
      this.taps = 2 * half;
      this.filters = this.design((nyquist * (1 + PASSBAND_END)) / 2, half);
    }
    this.history = new Float32Array(2 * this.taps);
    this.wanted = this.taps / 2 + 1;
    if (this.taps === 1) this.wanted = 1;
    this.delaySeconds = this.taps === 1 ? 0 : this.taps / 2 / inputRate;
  }

  /** Upper bound of what `process` makes of `count` samples. */
  maximumOutput(count: number): number {
    return Math.ceil((count * this.phases) / this.step) + 1;
  }

  /** Takes all of `input`, writes what can be said after it to the front of `output`, and returns how many that are. */
  process(input: Float32Array, output: Float32Array): number {
    const { taps, history, filters, phases, step } = this;
    let made = 0;
    for (let i = 0; i < input.length; ++i) {
      history[this.write] = history[this.write + taps] = input[i]!;
      if (++this.write === taps) this.write = 0;
      --this.wanted;
      while (this.wanted === 0) {
        const row = this.phase * taps;
        let sum = 0;
        for (let k = 0; k < taps; ++k) sum += filters[row + k]! * history[this.write + k]!;
        output[made++] = sum;
        this.phase += step;
        this.wanted = Math.floor(this.phase / phases);
        this.phase %= phases;
      }
    }
    return made;
  }

  /** One filter per phase; `cutoff` (-6 dB) in units of the input's Nyquist frequency. */
  private design(cutoff: number, half: number): Float32Array {
    const beta = 0.1102 * (ATTENUATION_DB - 8.7); // Oppenheim & Schafer, 7.75
    const filters = new Float32Array(this.phases * this.taps);
    for (let phase = 0; phase < this.phases; ++phase) {
      const row = new Float64Array(this.taps);
      let total = 0;
      for (let k = 0; k < this.taps; ++k) {
        // Tap k sees the sample at this distance from the output's position.
        const x = k - half + 1 - phase / this.phases;
        const sinc = x === 0 ? 1 : Math.sin(Math.PI * cutoff * x) / (Math.PI * cutoff * x);
        const inside = 1 - (x / half) ** 2;
        row[k] = inside <= 0 ? 0 : sinc * besselI0(beta * Math.sqrt(inside));
        total += row[k]!;
      }
      // Every phase passes a constant unchanged.
      for (let k = 0; k < this.taps; ++k) filters[phase * this.taps + k] = row[k]! / total;
    }
    return filters;
  }
}
