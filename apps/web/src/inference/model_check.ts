// Is a file a model that this app can run? Asked before anything of it is used, whether it is bundled, chosen from disk or
// sent by a server. Runs in the inference worker, on what ONNX Runtime and the file itself say.
import { HOP_SAMPLES, SAMPLE_RATE } from '../audio/hops';
import { UserError } from '../errors';

const FFT_SAMPLES = 2048;
/** Of the outputs, in this order. */
export const PARAMETERS = [
  'julia_real',
  'julia_imag',
  'color_hue',
  'color_sat',
  'color_bright',
  'zoom',
  'speed',
] as const;
/** The six features every frame begins with. */
export const FEATURES = [
  'spectral_centroid',
  'spectral_flux',
  'rms_energy',
  'zero_crossing_rate',
  'onset_strength',
  'spectral_rolloff',
] as const;

/** The part of an `ort.InferenceSession` that describes it. */
export interface Signature {
  inputNames: readonly string[];
  outputNames: readonly string[];
  inputMetadata: readonly { name: string; isTensor: boolean; type?: string; shape?: readonly (number | string)[] }[];
}

export interface ModelInfo {
  /** Samples of `pcm`: 2048 + 512 W, and 2048 more for each order of deltas. */
  pcmSamples: number;
  /** Where in `pcm` the first sample of a stream stands at the first call. */
  firstSample: number;
  /** Values of `state`. */
  stateSize: number;
  /** Which of them says where the journey is; -1 where there is none. */
  journey: number;
  windowFrames: number;
  featuresPerFrame: number;
  /** Of the first six features over the training music, for meters. */
  featureMean: readonly number[];
  featureStd: readonly number[];
  epoch: number;
  version: string;
}

const RETRAIN = 'Export it again with "fractalsync export --pipeline".';

function list(properties: ReadonlyMap<string, string>, key: string): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(properties.get(key) ?? '');
  } catch {
    value = undefined;
  }
  if (!Array.isArray(value)) throw new UserError(`The model does not say its ${key}. ${RETRAIN}`);
  return value;
}

function number(properties: ReadonlyMap<string, string>, key: string): number {
  const value = Number(properties.get(key) || NaN);
  if (!Number.isFinite(value)) throw new UserError(`The model does not say its ${key}. ${RETRAIN}`);
  return value;
}

function expectNumber(properties: ReadonlyMap<string, string>, key: string, expected: number): void {
  const value = number(properties, key);
  if (value !== expected)
    throw new UserError(`The model was made for ${key} ${value}, and this app works with ${expected}.`);
}

function vectorSize(signature: Signature, name: string): number {
  const value = signature.inputMetadata.find((input) => input.name === name);
  const size = value?.shape?.length === 1 ? value.shape[0] : undefined;
  if (!value?.isTensor || value.type !== 'float32' || typeof size !== 'number' || size < 1 || size > 1 << 20)
    throw new UserError(`The model's input "${name}" is not a float32 vector of known length. ${RETRAIN}`);
  return size;
}

/** What the app needs to know of a model. Throws a UserError that says why it cannot be used. */
export function checkModel(signature: Signature, properties: ReadonlyMap<string, string> | null): ModelInfo {
  if (signature.inputNames.includes('audio_features'))
    throw new UserError(
      'This is the network alone (model.onnx). The app needs the whole chain from sound to picture: choose ' +
        'pipeline.onnx, made by "fractalsync export --pipeline".',
    );
  const missing = [
    ...['pcm', 'state'].filter((name) => !signature.inputNames.includes(name)),
    ...['visual_parameters', 'rotation', 'features', 'next_state'].filter(
      (name) => !signature.outputNames.includes(name),
    ),
  ];
  if (missing.length > 0)
    throw new UserError(`This ONNX file was not made by FractalSync: it has no "${missing.join('", "')}".`);
  if (!properties?.has('parameter_names'))
    throw new UserError(`This ONNX file does not say what it was made for: its metadata is missing. ${RETRAIN}`);

  expectNumber(properties, 'sample_rate', SAMPLE_RATE);
  expectNumber(properties, 'hop_length', HOP_SAMPLES);
  expectNumber(properties, 'n_fft', FFT_SAMPLES);
  const names = list(properties, 'parameter_names');
  if (names.join() !== PARAMETERS.join())
    throw new UserError(`The model gives ${names.join(', ')}, and this app draws ${PARAMETERS.join(', ')}.`);
  const features = list(properties, 'feature_names').slice(0, FEATURES.length);
  if (features.join() !== FEATURES.join())
    throw new UserError(`The model's features are ${features.join(', ')}, not ${FEATURES.join(', ')}.`);

  const windowFrames = number(properties, 'window_frames');
  const pcmSamples = vectorSize(signature, 'pcm');
  const firstSample = number(properties, 'first_sample');
  const wholeHops = (pcmSamples - FFT_SAMPLES) % HOP_SAMPLES === 0;
  if (!wholeHops || pcmSamples < FFT_SAMPLES + HOP_SAMPLES * windowFrames || firstSample < 0 || firstSample >= pcmSamples)
    throw new UserError(
      `The model takes ${pcmSamples} samples, which does not fit its window of ${windowFrames} frames. ${RETRAIN}`,
    );
  return {
    pcmSamples,
    firstSample,
    stateSize: vectorSize(signature, 'state'),
    journey: list(properties, 'state_names').indexOf('journey'),
    windowFrames,
    featuresPerFrame: number(properties, 'features_per_frame'),
    featureMean: list(properties, 'feature_mean').map(Number),
    featureStd: list(properties, 'feature_std').map(Number),
    epoch: number(properties, 'epoch'),
    version: properties.get('fractalsync_version') ?? 'unknown',
  };
}
