// How long one run of pipeline.onnx takes in Chromium: the bundled model, or the file that is given, back to back on one
// thread, with nothing else on the page. `npm run bench [-- FILE]` prints the median, the 95th percentile and the least.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const runtime = fileURLToPath(new URL('../../node_modules/onnxruntime-web/dist/', import.meta.url));
const model = process.argv[2] ?? fileURLToPath(new URL('../../public/models/pipeline.onnx', import.meta.url));
const types = { '.mjs': 'text/javascript', '.wasm': 'application/wasm' };

const server = createServer((request, response) => {
  const name = request.url.slice(1);
  if (name === '') return response.setHeader('content-type', 'text/html').end('<!doctype html>');
  if (name === 'model') return response.end(readFileSync(model));
  if (!/^[a-z.-]+$/.test(name) || !(extname(name) in types)) return response.writeHead(404).end();
  return response.setHeader('content-type', types[extname(name)]).end(readFileSync(runtime + name));
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${server.address().port}/`);
const times = await page.evaluate(async () => {
  const ort = await import('/ort.wasm.min.mjs');
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = '/';
  const session = await ort.InferenceSession.create('/model');
  const [pcm, state] = session.inputMetadata.map(({ shape }) => shape[0]);
  const samples = Float32Array.from({ length: pcm }, (_, k) => Math.sin(0.001 * k * k));
  let carried = new Float32Array(state);
  const taken = [];
  for (let run = 0; run < 1000; ++run) {
    const start = performance.now();
    const out = await session.run({
      pcm: new ort.Tensor('float32', samples, [pcm]),
      state: new ort.Tensor('float32', carried, [state]),
    });
    carried = out.next_state.data;
    taken.push(performance.now() - start);
  }
  return taken.toSorted((a, b) => a - b);
});
await browser.close();
server.close();
const at = (share) => times[Math.floor(share * (times.length - 1))].toFixed(2);
console.log(`one run: median ${at(0.5)} ms, 95th percentile ${at(0.95)} ms, least ${at(0)} ms (${times.length} runs)`);
