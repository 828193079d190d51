// A stream through pipeline.onnx as a program that embeds it would run it: one call per hop, the state fed back.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';

ort.env.wasm.numThreads = 1;

/** Opens FOLDER/pipeline.onnx as a browser does (wasm, one thread). */
export async function openPipeline(folder) {
  const file = readFileSync(join(folder, 'pipeline.onnx'));
  const session = await ort.InferenceSession.create(file, { executionProviders: ['wasm'] });
  const metadata = JSON.parse(readFileSync(join(folder, 'pipeline.onnx_metadata.json'), 'utf8'));
  return { session, metadata, bytes: file.length };
}

/** What call `call` of a stream of these samples hears. */
export function heard({ metadata }, samples, call) {
  const pcm = new Float32Array(metadata.pcm_length);
  const first = call * metadata.hop_length - metadata.first_sample;
  const begin = Math.max(first, 0);
  pcm.set(samples.subarray(begin, first + pcm.length), begin - first);
  return pcm;
}

/** One call: {features, motion (7 parameters and the rotation), state}. */
export async function step({ session }, pcm, state) {
  const out = await session.run({
    pcm: new ort.Tensor('float32', pcm, [pcm.length]),
    state: new ort.Tensor('float32', state, [state.length]),
  });
  return {
    features: out.features.data,
    motion: Float32Array.of(...out.visual_parameters.data, ...out.rotation.data),
    state: out.next_state.data,
  };
}
