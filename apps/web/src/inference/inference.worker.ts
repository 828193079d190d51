// The inference worker: hops come in from the AudioWorklet through a port of their own, one run of the model per hop,
// results go to the page. A stream begins when the page says so, and for a new model; what was heard before is forgotten.
import { sentence, UserError } from '../errors';
import type { Hop } from '../audio/hops';
import { Model } from './model';
import { Backlog, PcmWindow } from './pcm_window';
import type { FromWorker, ToWorker } from './protocol';

let model: Model | null = null;
let window: PcmWindow | null = null;
let port: MessagePort | null = null;
/** Where the stream's journey began; null before there is a stream. */
let journey: number | null = null;
let includePcm = false;
/** The sound since the last result, when asked for. */
let unsent: Float32Array[] = [];
let skipped = 0;
const backlog = new Backlog();

function send(message: FromWorker): void {
  self.postMessage(message);
}

async function load(id: number, bytes: ArrayBuffer): Promise<void> {
  try {
    const next = await Model.load(new Uint8Array(bytes));
    const old = model;
    model = next;
    restart();
    await old?.release();
    send({ type: 'loaded', id, info: next.info });
  } catch (error) {
    send({ type: 'refused', id, reason: sentence(error), ofUser: error instanceof UserError });
  }
}

function restart(): void {
  if (!model || journey === null) return;
  model.begin(journey);
  window = new PcmWindow(model.info.pcmSamples, model.info.firstSample);
  unsent = [];
  skipped = 0;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

async function hear(hop: Hop): Promise<void> {
  if (!model || !window) return;
  window.push(hop.pcm);
  if (includePcm) unsent.push(hop.pcm);
  if (!window.ready) return;
  if (backlog.skips(Date.now() - hop.heardAt)) {
    ++skipped;
    return;
  }
  try {
    const start = performance.now();
    const output = await model.run(window.samples);
    const inferenceMs = performance.now() - start;
    const result = { hop: hop.index, heardAt: hop.heardAt, ...output, inferenceMs, skipped };
    send({ type: 'result', result: includePcm ? { ...result, pcm: joined(unsent) } : result });
    unsent = [];
    skipped = 0;
  } catch (error) {
    model = null; // it would fail again at the next hop
    send({ type: 'failed', reason: sentence(error) });
  }
}

// One thing after another: a model is never released while it runs.
let chain: Promise<void> = Promise.resolve();

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === 'load') {
    chain = chain.then(() => load(data.id, data.bytes));
  } else if (data.type === 'begin') {
    chain = chain.then(() => {
      journey = data.journey;
      restart();
    });
  } else if (data.type === 'options') {
    includePcm = data.includePcm;
    unsent = [];
  } else {
    port?.close();
    port = data.port;
    port.onmessage = ({ data: hop }: MessageEvent<Hop>) => {
      chain = chain.then(() => hear(hop));
    };
  }
};
