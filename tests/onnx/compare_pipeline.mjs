// Plays the clips of FOLDER through its pipeline.onnx in onnxruntime-web, hop by hop, and compares with what the program
// makes of the same files. Usage: node compare_pipeline.mjs FOLDER CLIP...
import { join } from 'node:path';
import { readNpy } from './npy.mjs';
import { heard, openPipeline, step } from './stream.mjs';
import { readWav } from './wav.mjs';

// What the interface promises: features within this share of a feature's largest value, except that rounding may move
// the rolloff by one bin (with what its slopes make of that) on one frame of a clip; parameters and rotation absolutely.
const TOLERANCE = 1e-4;
const ROLLOFF = 5;
const BIN = 1 / 1024;
const MOST_BYTES = 1_400_000; // of a network without deltas, with the tables of the atlas; each order widens its first layer by 31 kB and more
const MOST_BYTES_OF_AN_ORDER = 40_000;

const [folder, ...clips] = process.argv.slice(2);
const pipeline = await openPipeline(folder);
const { metadata } = pipeline;
const columns = metadata.features_per_frame;
let failed = false;

function check(condition, what) {
  if (condition) return;
  console.error(`failed: ${what}`);
  failed = true;
}
const worse = (largest, difference) => (difference <= largest ? largest : difference); // NaN stays

/** Calls whose frames lie within the file: where the stream ends the file's padding begins. */
function wholeCalls(samples) {
  return Math.floor((samples.length + metadata.first_sample - metadata.pcm_length) / metadata.hop_length) + 1;
}

function compareFeatures(clip, calls, played, expected) {
  const largest = new Float64Array(columns);
  expected.values.forEach((value, i) => (largest[i % columns] = Math.max(largest[i % columns], Math.abs(value))));
  const difference = new Float64Array(columns);
  const moved = new Set();
  for (let call = 0; call < calls; ++call) {
    played[call].features.forEach((value, i) => {
      const f = i % columns;
      const place = call * columns + i;
      const d = Math.abs(value - expected.values[place]);
      const isRolloff = f % 6 === ROLLOFF;
      if (isRolloff && !(d <= TOLERANCE * largest[f]) && d <= 1.01 * BIN) {
        if (f === ROLLOFF) moved.add(Math.floor(place / columns));
      } else difference[f] = worse(difference[f], d / (largest[f] || 1));
    });
  }
  const most = difference.reduce(worse, 0);
  check(most <= TOLERANCE, `${clip}: a feature is off by ${most} of its largest value`);
  check(moved.size <= 1, `${clip}: the rolloff is on another bin in ${moved.size} frames`);
  return `features ${most.toExponential(1)}, rolloff moved in ${moved.size}`;
}

function compareMotion(clip, calls, played, expected) {
  let parameters = 0;
  let rotation = 0;
  for (let call = 0; call < calls; ++call) {
    played[call].motion.forEach((value, i) => {
      const d = Math.abs(value - expected.values[call * 8 + i]);
      if (i < 7) parameters = worse(parameters, d);
      else rotation = worse(rotation, Math.min(d, Math.abs(2 * Math.PI - d)));
    });
  }
  check(parameters <= TOLERANCE, `${clip}: a parameter is off by ${parameters}`);
  check(rotation <= TOLERANCE, `${clip}: the rotation is off by ${rotation}`);
  return `parameters ${parameters.toExponential(1)}, rotation ${rotation.toExponential(1)}`;
}

async function play(samples, calls, state, times = []) {
  const played = [];
  for (let call = 0; call < calls; ++call) {
    const pcm = heard(pipeline, samples, call);
    const begin = performance.now();
    played.push(await step(pipeline, pcm, state));
    times.push(performance.now() - begin);
    state = played.at(-1).state;
  }
  return played;
}

const sameBytes = (a, b) => Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(Buffer.from(b.buffer, b.byteOffset, b.byteLength));
const sameOutputs = (a, b) => ['features', 'motion', 'state'].every((name) => sameBytes(a[name], b[name]));

const times = [];
for (const clip of clips) {
  const samples = readWav(join(folder, `${clip}.wav`));
  const calls = wholeCalls(samples);
  const played = await play(samples, calls, readNpy(join(folder, `${clip}.state.npy`)).values, times);
  const features = readNpy(join(folder, `${clip}.features.npy`));
  const motion = readNpy(join(folder, `${clip}.motion.npy`));
  check(calls >= 100 && features.shape[1] === columns && motion.shape[0] >= calls && motion.shape[1] === 8, `${clip}: arrays`);
  console.log(`${clip}: ${calls} calls, ${compareFeatures(clip, calls, played, features)}, ${compareMotion(clip, calls, played, motion)}`);
}
times.sort((a, b) => a - b);
console.log(`${pipeline.bytes} bytes; per call: median ${times[times.length >> 1].toFixed(2)} ms, one in twenty above ${times[Math.floor(times.length * 0.95)].toFixed(2)} ms`);
const mostBytes = MOST_BYTES + (columns / 6 - 1) * MOST_BYTES_OF_AN_ORDER;
check(pipeline.bytes <= mostBytes, `the file is larger than ${mostBytes} bytes`);

// A stream goes on from a state that was kept as bytes, in another session, as if nothing had been.
const samples = readWav(join(folder, `${clips[0]}.wav`));
const calls = 60;
const start = new Float32Array(metadata.state_size);
const unbroken = await play(samples, calls, start);
const again = await openPipeline(folder);
let state = new Float32Array(Uint8Array.from(new Uint8Array(unbroken[29].state.slice().buffer)).buffer);
for (let call = 30; call < calls; ++call) {
  const now = await step(again, heard(again, samples, call), state);
  check(sameOutputs(now, unbroken[call]), `call ${call} of a continued stream differs`);
  state = now.state;
}

// Samples that are no numbers count as silence, and leave nothing behind.
const broken = samples.slice();
const silenced = samples.slice();
[NaN, Infinity, -Infinity, 3e38].forEach((bad, i) => {
  broken[9000 + 700 * i] = bad;
  silenced[9000 + 700 * i] = 0;
});
const withBad = await play(broken, calls, start);
(await play(silenced, calls, start)).forEach((now, call) => check(sameOutputs(now, withBad[call]), `call ${call} after bad samples`));
check(withBad.every((now) => now.motion.every(Number.isFinite)), 'a bad sample reaches the output');

process.exit(failed ? 1 : 0);
