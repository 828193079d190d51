// Runs FOLDER/model.onnx in onnxruntime-web, as a browser does (wasm, one thread), on the windows of inputs.npy, and
// compares with expected.npy. Usage: node compare.mjs FOLDER
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { readNpy } from './npy.mjs';

// What the interface promises for every visual parameter.
const TOLERANCE = 1e-5;

const folder = process.argv[2];
ort.env.wasm.numThreads = 1;
const session = await ort.InferenceSession.create(readFileSync(join(folder, 'model.onnx')), {
  executionProviders: ['wasm'],
});
const inputs = readNpy(join(folder, 'inputs.npy'));
const expected = readNpy(join(folder, 'expected.npy'));

/** Visual parameters of `count` windows from the `first` on, in one call. */
async function run(first, count) {
  const columns = inputs.shape[1];
  const windows = inputs.values.slice(first * columns, (first + count) * columns);
  const feeds = { audio_features: new ort.Tensor('float32', windows, [count, columns]) };
  const { visual_parameters: visual } = await session.run(feeds);
  if (visual.dims.join() !== `${count},7`) throw new Error(`the output is [${visual.dims}], not [${count}, 7]`);
  return visual.data;
}

/** Largest difference from the expected values; NaN when one is not a number. */
function largestDifference(actual, first) {
  return actual.reduce((most, value, i) => {
    const difference = Math.abs(value - expected.values[first * 7 + i]);
    return difference <= most ? most : difference;
  }, 0);
}

const rows = inputs.shape[0];
if (rows < 1000 || expected.shape.join() !== `${rows},7`) throw new Error('not the arrays this test expects');
const together = largestDifference(await run(0, rows), 0);
const alone = largestDifference(await run(rows - 1, 1), rows - 1);
console.log(`${rows} windows: off by ${together.toExponential(2)} in one batch, ${alone.toExponential(2)} alone`);
if (!(together <= TOLERANCE && alone <= TOLERANCE)) {
  console.error(`allowed: ${TOLERANCE}`);
  process.exit(1);
}
