// What changes with every hop and every frame, for the meters and the info overlay: kept out of React, read by them when
// they draw.
import { FEATURES, type ModelInfo } from '../inference/model_check';
import type { HopResult } from '../inference/protocol';

/** Time constant of the running means, ms. */
const SMOOTHING_MS = 700;
/** A meter is full at this many standard deviations above the training music's mean, and empty at as many below. */
const METER_SPAN = 2.5;

class RunningMean {
  /** NaN before the first. */
  value = NaN;
  private last = 0;

  add(value: number): void {
    const now = performance.now();
    const share = Number.isFinite(this.value) ? 1 - Math.exp(-(now - this.last) / SMOOTHING_MS) : 1;
    this.value = share < 1 ? this.value + share * (value - this.value) : value;
    this.last = now;
  }
}

export class FrameReadings {
  readonly inferenceMs = new RunningMean();
  readonly latencyMs = new RunningMean();
  /** Hops skipped since the page was opened. */
  skipped = 0;
  /** `[6]`, 0 to 1, in the order of FEATURES. */
  readonly meters = new Float32Array(FEATURES.length);
  private mean: readonly number[] = [];
  private std: readonly number[] = [];

  setModel({ featureMean, featureStd }: ModelInfo): void {
    this.mean = featureMean;
    this.std = featureStd;
  }

  heard(result: HopResult): void {
    this.inferenceMs.add(result.inferenceMs);
    this.skipped += result.skipped;
    for (let k = 0; k < FEATURES.length; ++k) {
      const z = (result.features[k]! - this.mean[k]!) / Math.max(this.std[k]!, 1e-6);
      this.meters[k] = Math.min(Math.max(0.5 + z / (2 * METER_SPAN), 0), 1);
    }
  }

  drawn(latencyMs: number | null): void {
    if (latencyMs !== null) this.latencyMs.add(latencyMs);
  }

  /** No source: the meters stand at nothing. */
  silence(): void {
    this.meters.fill(0);
  }
}
