import { describe, expect, it } from 'vitest';
import { checkModel, FEATURES, PARAMETERS, type Signature } from '../../src/inference/model_check';
import { UserError } from '../../src/errors';

const signature: Signature = {
  inputNames: ['pcm', 'state'],
  outputNames: ['visual_parameters', 'rotation', 'features', 'next_state'],
  inputMetadata: [
    { name: 'pcm', isTensor: true, type: 'float32', shape: [7168] },
    { name: 'state', isTensor: true, type: 'float32', shape: [9] },
  ],
};
const properties = new Map(
  Object.entries({
    parameter_names: JSON.stringify(PARAMETERS),
    feature_names: JSON.stringify(FEATURES),
    feature_mean: '[0, 1, 2, 3, 4, 5]',
    feature_std: '[1, 1, 1, 1, 1, 1]',
    window_frames: '10',
    first_sample: '1536',
    features_per_frame: '6',
    state_names: '["calls", "journey", "rotation"]',
    sample_rate: '22050',
    hop_length: '512',
    n_fft: '2048',
    epoch: '100',
    fractalsync_version: '0.1.0',
  }),
);
const changed = (key: string, value: string) => new Map([...properties, [key, value]]);
const without = (key: string) => new Map([...properties].filter(([name]) => name !== key));

function refusal(check: () => unknown): string {
  try {
    check();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).message;
  }
  throw new Error('the model was accepted');
}

it('a pipeline of this project is accepted', () => {
  expect(checkModel(signature, properties)).toEqual({
    pcmSamples: 7168,
    firstSample: 1536,
    stateSize: 9,
    journey: 1,
    windowFrames: 10,
    featuresPerFrame: 6,
    featureMean: [0, 1, 2, 3, 4, 5],
    featureStd: [1, 1, 1, 1, 1, 1],
    epoch: 100,
    version: '0.1.0',
  });
});

it('a pipeline of the plain formulation has no journey', () => {
  expect(checkModel(signature, changed('state_names', '["calls", "rotation"]')).journey).toBe(-1);
});

describe('refused, with a sentence:', () => {
  it.each([
    ['the network alone', { ...signature, inputNames: ['audio_features'] }, /pipeline\.onnx/],
    ['a foreign model', { ...signature, inputNames: ['data'], outputNames: ['prob'] }, /not made by FractalSync.*"pcm"/],
    ['an output missing', { ...signature, outputNames: ['visual_parameters', 'rotation', 'features'] }, /"next_state"/],
    ['samples that do not fit', { ...signature, inputMetadata: [{ name: 'pcm', isTensor: true, type: 'float32', shape: [7000] }, signature.inputMetadata[1]!] }, /7000 samples/],
    ['a state of unknown length', { ...signature, inputMetadata: [signature.inputMetadata[0]!, { name: 'state', isTensor: true, type: 'float32', shape: ['S'] }] }, /"state"/],
    ['a state of doubles', { ...signature, inputMetadata: [signature.inputMetadata[0]!, { name: 'state', isTensor: true, type: 'float64', shape: [9] }] }, /"state"/],
  ] as [string, Signature, RegExp][])('%s', (_, given, expected) => {
    expect(refusal(() => checkModel(given, properties))).toMatch(expected);
  });

  it.each([
    ['no metadata', new Map(), /metadata is missing/],
    ['a file that could not be read', null, /metadata is missing/],
    ['another sample rate', changed('sample_rate', '44100'), /sample_rate 44100/],
    ['another hop', changed('hop_length', '256'), /hop_length 256/],
    ['other outputs', changed('parameter_names', '["a", "b"]'), /gives a, b/],
    ['other features', changed('feature_names', JSON.stringify(['mfcc', ...FEATURES.slice(1)])), /mfcc/],
    ['features that are no list', changed('feature_names', 'rms'), /feature_names/],
    ['a stream that begins outside', changed('first_sample', '7168'), /does not fit/],
    ['a state without names', without('state_names'), /state_names/],
    ['no window', without('window_frames'), /window_frames/],
    ['a window that is no number', changed('window_frames', 'ten'), /window_frames/],
  ] as [string, Map<string, string> | null, RegExp][])('%s', (_, given, expected) => {
    expect(refusal(() => checkModel(signature, given))).toMatch(expected);
  });
});
