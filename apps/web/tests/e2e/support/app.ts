// What the app's tests do again and again.
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { openPage } from './browser';
import type { Server } from './server';

const LOUDNESS = 2;

/** A quarter of the pixels: software rendering is slow, and what is tested here does not depend on sharpness. */
const FAST = 'sharpness=0.5';

export interface Opened {
  page: Page;
  errors: string[];
}

/** The app with these settings, once its model is loaded. */
export async function openApp(browser: Browser, server: Server, settings = '', prepare?: () => void): Promise<Opened> {
  const opened = await openPage(browser, `${server.url}#${FAST}&${settings}`, prepare);
  await opened.page.locator('.shell[data-model=ready]').waitFor({ state: 'attached' });
  return opened;
}

export interface Dropped {
  name: string;
  content: Buffer;
  type?: string;
}

/** Drops files onto the page, as a person does. */
export async function drop(page: Page, ...files: Dropped[]): Promise<void> {
  const encoded = files.map(({ name, content, type = '' }) => ({ name, type, base64: content.toString('base64') }));
  const data = await page.evaluateHandle((list) => {
    const transfer = new DataTransfer();
    for (const { name, type, base64 } of list)
      transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name, { type }));
    return transfer;
  }, encoded);
  for (const event of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent('body', event, { dataTransfer: data });
}

export const nowPlaying = (page: Page) => page.locator('.dock .name span');
export const notice = (page: Page, words: string | RegExp) => page.locator('.notice', { hasText: words });

/** Waits until `read` gives a value that `accept` takes; reports the last one otherwise. */
export async function eventually<T>(read: () => Promise<T>, accept: (value: T) => boolean, what: string): Promise<T> {
  let value = await read();
  const end = Date.now() + 60_000;
  while (!accept(value)) {
    if (Date.now() > end) throw new Error(`${what}: still ${JSON.stringify(value)} after 60 s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    value = await read();
  }
  return value;
}

/** The six meters, 0 to 1. */
export function meters(page: Page): Promise<number[]> {
  return page
    .locator('.meters i')
    .evaluateAll((bars) => bars.map((bar) => Number(/scaleX\(([^)]*)\)/.exec((bar as HTMLElement).style.transform)?.[1])));
}

/** Where the loudness meter stands in silence, by the statistics of the bundled model: see FrameReadings. */
const { feature_mean, feature_std } = JSON.parse(
  readFileSync(new URL('../../../public/models/pipeline.onnx_metadata.json', import.meta.url), 'utf8'),
) as { feature_mean: number[]; feature_std: number[] };
const SILENCE = 0.5 - feature_mean[LOUDNESS]! / feature_std[LOUDNESS]! / 5;

/** Waits until the model hears something. */
export async function waitForSound(page: Page): Promise<void> {
  await eventually(() => meters(page), (all) => all.length === 6 && all[LOUDNESS]! > SILENCE + 0.04, 'the loudness meter');
}

export function expectQuiet(errors: string[]): void {
  expect(errors).toEqual([]);
}
