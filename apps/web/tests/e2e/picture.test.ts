// What is seen: every look draws what it drew before, and the picture follows the sound.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { drop, expectQuiet, openApp, waitForSound } from './support/app';
import { closePages, launch } from './support/browser';
import { openEmbeddingPage, serveEmbeddingPage } from './support/embedding';
import { compare, meanColour } from './support/picture';
import type { Server } from './support/server';
import { beat, hum, wav } from './support/wav';

const BASELINES = fileURLToPath(new URL('./baselines/', import.meta.url));
let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await serveEmbeddingPage();
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
  /** Two pictures, `apart` ms from each other, of the app while it hears `sound`. */
  async function watch(sound: Float32Array, apart: number): Promise<[Buffer, Buffer]> {
    const { page, errors } = await openApp(browser, server, 'look=aurora&lock=1&seed=7&meters=1');
    await drop(page, { name: 'sound.wav', content: wav(sound, 22050) });
    await page.locator('.dock .name').waitFor();
    await waitForSound(page).catch(() => undefined); // the quiet one stays below that
    await page.keyboard.press('v');
    await page.keyboard.press('h');
    await page.waitForTimeout(3000); // the idle picture and the controls are gone
    const take = () => page.locator('#picture').screenshot({ timeout: 90_000 });
    const before = await take();
    await page.waitForTimeout(apart);
    const after = await take();
    expectQuiet(errors);
    return [before, after];
  }

  it('moves with what is loud, keeps calm with what is quiet, and takes its colour from the brightness', async () => {
    const loud = await watch(beat(120, 22050), 500);
    const quiet = await watch(hum(120, 22050, 0.004), 500);
    const movement = { loud: compare(...loud).mean, quiet: compare(...quiet).mean };
    console.log(`mean change of a picture: loud ${movement.loud.toFixed(2)}, quiet ${movement.quiet.toFixed(2)} of 255`);
    expect(movement.loud).toBeGreaterThan(2 * movement.quiet);
    const [a, b] = [meanColour(loud[1]), meanColour(quiet[1])];
    console.log(`mean colour: loud and bright ${a.map(Math.round)}, quiet and dark ${b.map(Math.round)}`);
    expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])).toBeGreaterThan(8);
  });
});
