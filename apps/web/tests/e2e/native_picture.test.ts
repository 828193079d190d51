// One definition of the looks, two renderers: a still of the page and one of the native program, of the same parameters.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import looks from '../../../../data/looks.json';
import { expectQuiet } from './support/app';
import { closePages, launch } from './support/browser';
import { openEmbeddingPage, serveEmbeddingPage } from './support/embedding';
import { drawFrame } from './support/native';
import { apart } from './support/picture';
import type { Server } from './support/server';

const WIDTH = 320;
const HEIGHT = 180;
const SEED = 3;
const folder = mkdtempSync(join(tmpdir(), 'fractalsync-'));
let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await serveEmbeddingPage({});
  browser = await launch();
});

afterEach(() => closePages(browser));

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await browser?.close();
  await server?.close();
});

const common = { hue: 0.55, saturation: 0.8, brightness: 0.5, zoom: 1.3, speed: 0.3, rotation: 0.4 };
const frames = {
  boundary: { ...common, cRe: -0.113, cIm: 0.742 },
  inside: { ...common, cRe: -0.3, cIm: 0.35, hue: 0.1 },
  dust: { ...common, cRe: 0.35, cIm: 0.42, brightness: 0.9, zoom: 0.8 },
};

/**
 * The share of pixels that may be apart by more than 2 of 255. Both renderers compute in float32, in different order here
 * and there, and the browser keeps light in ten bits: that changes a colour by one or two. An orbit that stays near the
 * Julia set doubles its rounding at every step, so that in the pixels there, about 1 in 100, whatever hangs on the late
 * part of an orbit is another one. Paper and Engraving also cut the inside by derivatives over four samples, for which a
 * graphics driver may take either of two differences (GLSL ES 3.00, 8.9).
 */
const MOST: Readonly<Record<string, number>> = { paper: 0.05, engraving: 0.08 };
const MOST_ELSEWHERE = 0.02;

it.each(looks.map(({ id }) => id))('%s is the native look', async (look) => {
  const { page, errors } = await openEmbeddingPage(browser, server);
  for (const [name, frame] of Object.entries(frames)) {
    const encoded = await page.evaluate(
      async ({ frame, look, width, height, seed }) => {
        const canvas = document.createElement('canvas');
        canvas.style.cssText = `width: ${width}px; height: ${height}px`;
        document.body.append(canvas);
        const renderer = window.fractalsync.createRenderer(canvas, { look, maxPixelRatio: 1, seed });
        renderer.draw(frame, 0);
        const bytes = new Uint8Array(await (await renderer.png()).arrayBuffer());
        renderer.dispose();
        canvas.remove();
        return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
      },
      { frame, look, width: WIDTH, height: HEIGHT, seed: SEED },
    );
    const path = join(folder, `${look}.png`);
    drawFrame(path, { look, width: WIDTH, height: HEIGHT, seed: SEED, life: 0, ...frame });
    const found = apart(Buffer.from(encoded, 'base64'), readFileSync(path), 2);
    expect(found.share, `${look}, ${name}`).toBeLessThanOrEqual(MOST[look] ?? MOST_ELSEWHERE);
    expect(found.mean, `${look}, ${name}`).toBeLessThanOrEqual(1.5);
  }
  expectQuiet(errors);
});
