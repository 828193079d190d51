// What is seen: every look draws what it drew before, and the picture follows the sound.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectQuiet } from './support/app';
import { closePages, launch } from './support/browser';
import { openEmbeddingPage, serveEmbeddingPage } from './support/embedding';
import { compare, warmthOfSet } from './support/picture';
import type { Server } from './support/server';
import { beat, hum, wav } from './support/wav';

const RATE = 22050;
const BASELINES = fileURLToPath(new URL('./baselines/', import.meta.url));
let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await serveEmbeddingPage({ 'rough.wav': wav(beat(8, RATE), RATE), 'quiet.wav': wav(hum(8, RATE, 0.004), RATE) });
  browser = await launch();
});

afterEach(() => closePages(browser));

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** One fixed moment in every look, as PNG. */
async function drawLooks(page: Page): Promise<Record<string, Buffer>> {
  const encoded = await page.evaluate(async () => {
    const { createRenderer, looks } = window.fractalsync;
    const frame = {
      cRe: -0.113, cIm: 0.742, hue: 0.55, saturation: 0.8, brightness: 0.5, zoom: 1.3, speed: 0.3, rotation: 0.4,
    }; // prettier-ignore
    const pictures: Record<string, string> = {};
    for (const { id } of looks) {
      const canvas = document.createElement('canvas');
      canvas.style.cssText = 'width: 160px; height: 90px';
      document.body.append(canvas);
      const renderer = createRenderer(canvas, { look: id, maxPixelRatio: 1, seed: 7 });
      renderer.resize();
      for (const time of [0, 40, 80]) renderer.draw(frame, time);
      const bytes = new Uint8Array(await (await renderer.png()).arrayBuffer());
      pictures[id] = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
      renderer.dispose();
      canvas.remove();
    }
    return pictures;
  });
  return Object.fromEntries(Object.entries(encoded).map(([id, text]) => [id, Buffer.from(text, 'base64')]));
}

it('every look draws what it drew before', async () => {
  const { page, errors } = await openEmbeddingPage(browser, server);
  const pictures = await drawLooks(page);
  expectQuiet(errors);
  expect(Object.keys(pictures).length).toBeGreaterThanOrEqual(6);
  for (const [id, picture] of Object.entries(pictures)) {
    const path = `${BASELINES}${id}.png`;
    if (process.env.UPDATE_BASELINES === '1') {
      mkdirSync(BASELINES, { recursive: true });
      writeFileSync(path, picture);
    }
    expect(existsSync(path), `${path} is there`).toBe(true);
    // The software renderer repeats itself bit for bit. Another version of it may round a float32 differently: that changes
    // colours by one or two of 255, and flips the colour only of pixels on the boundary of the set, 1 in 100 here.
    const { mean, strong } = compare(picture, readFileSync(path));
    expect(mean, id).toBeLessThanOrEqual(2);
    expect(strong, id).toBeLessThanOrEqual(0.01);
  }
  // The comparison can tell looks apart.
  const [first, second] = Object.values(pictures);
  expect(compare(first!, second!).strong).toBeGreaterThan(0.1);
});

describe('the picture follows the sound', () => {
  /** Four still pictures of what is shown, 0.7 s apart, while `name` plays. (Stills do not depend on the machine's speed.) */
  async function watch(name: string): Promise<Buffer[]> {
    const { page, errors } = await openEmbeddingPage(browser, server);
    const encoded = await page.evaluate(async (name) => {
      const canvas = document.querySelector('canvas')!;
      const picture = await window.fractalsync.mount(canvas, { look: 'aurora', seed: 7, maxPixelRatio: 1 });
      const sound = new Audio(name);
      sound.loop = true;
      await sound.play();
      await picture.listen(sound, 'the same place');
      await new Promise((resolve) => setTimeout(resolve, 5000)); // the idle picture has faded
      const stills: string[] = [];
      for (let k = 0; k < 4; ++k) {
        const bytes = new Uint8Array(await (await picture.png()).arrayBuffer());
        stills.push(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')));
        await new Promise((resolve) => setTimeout(resolve, 700));
      }
      await picture.dispose();
      return stills;
    }, name);
    expectQuiet(errors);
    return encoded.map((text) => Buffer.from(text, 'base64'));
  }

  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  // What a network of either formulation is trained for, by measures of the finished picture: a rough beat moves it more than
  // a quiet hum does, and bright sound has another hue.
  it('is moved by a rough beat, calmer in a quiet hum, and of another colour', async () => {
    const rough = await watch('rough.wav');
    const quiet = await watch('quiet.wav');
    const moved = (stills: Buffer[]) => mean(stills.slice(1).map((still, k) => compare(stills[k]!, still).mean));
    const warmth = (stills: Buffer[]) => mean(stills.map(warmthOfSet));
    console.log(`changed in 0.7 s: beat ${moved(rough).toFixed(2)}, hum ${moved(quiet).toFixed(2)} of 255`);
    console.log(`red less blue: beat ${warmth(rough).toFixed(1)}, hum ${warmth(quiet).toFixed(1)} of 255`);
    expect(moved(rough)).toBeGreaterThan(1.3 * moved(quiet));
    expect(Math.abs(warmth(rough) - warmth(quiet))).toBeGreaterThan(10);
  });
});
