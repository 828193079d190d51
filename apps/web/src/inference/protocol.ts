// Messages between the page and the inference worker.
import type { ModelInfo } from './model_check';

/** What the model made of one hop of sound. */
export interface HopResult {
  /** Of the stream, see `Hop`. */
  hop: number;
  /** When the hop's last sample came in, `Date.now()` ms. */
  heardAt: number;
  /** `[7]`, as drawn, in the order of PARAMETERS. */
  parameters: Float32Array;
  /** Radians. */
  rotation: number;
  /** `[6]` of the newest frame, model features before standardisation, in the order of FEATURES. */
  features: Float32Array;
  inferenceMs: number;
  /** Hops skipped since the last result, because the queue had grown too long. */
  skipped: number;
  /** All sound since the last result, mono at 22 050 Hz, when asked for. */
  pcm?: Float32Array;
}

export type ToWorker =
  | { type: 'load'; id: number; bytes: ArrayBuffer }
  | { type: 'listen'; port: MessagePort }
  | { type: 'begin'; journey: number }
  | { type: 'options'; includePcm: boolean };

export type FromWorker =
  | { type: 'loaded'; id: number; info: ModelInfo }
  | { type: 'refused'; id: number; reason: string; ofUser: boolean }
  | { type: 'result'; result: HopResult }
  | { type: 'failed'; reason: string };
