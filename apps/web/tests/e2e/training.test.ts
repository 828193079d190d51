// Training from the page, with the real server: music goes up, a run is watched, stopped, found again, and its network draws.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { drop, eventually, expectQuiet, meters, notice, nowPlaying, openApp } from './support/app';
import { closePages, launch } from './support/browser';
import { serveTraining } from './support/native';
import { serve, type Server } from './support/server';
import { beat, hum, wav } from './support/wav';

const RATE = 22050;
/** Two milliseconds per step: small pictures, a small network, short sequences. An epoch of the test's music has 19 steps. */
const SMALL = { 'Batch size': '64', 'Sequence length': '32', 'Hidden layers': '8 8', 'Image side': '16', Iterations: '24' };

const folder = mkdtempSync(join(tmpdir(), 'fractalsync-web-'));
let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await serveTraining(folder);
  browser = await launch();
});

afterEach(() => closePages(browser));

afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(folder, { recursive: true });
});

/** Ten seconds, each with its own mix of beat and hum. */
function song(k: number): Buffer {
  return wav([...hum(k + 1, RATE), ...beat(9 - k, RATE, 0.3 + 0.15 * k)], RATE);
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const tab = (page: Page, name: string) => page.getByRole('complementary', { name: 'Training' }).getByRole('tab', { name });
const state = (page: Page) => page.locator('.run .state');

async function openPanel(page: Page): Promise<void> {
  await button(page, /^Train/).click();
  await tab(page, 'Music').waitFor();
}

/** Sets the options, those that are folded as well, and starts. */
async function startRun(page: Page, options: Record<string, string>): Promise<void> {
  await tab(page, 'Training').click();
  await page.getByRole('form', { name: 'A new run' }).waitFor();
  for (const fold of await page.locator('.options summary').all()) await fold.press('Enter');
  for (const [name, value] of Object.entries({ ...SMALL, ...options }))
    await page.getByRole('textbox', { name, exact: true }).fill(value);
  await button(page, 'Start training').press('Enter');
}

it('takes music, and says what is none', async () => {
  const { page, errors } = await openApp(browser, server);
  await openPanel(page);
  await page.getByTestId('music-files').setInputFiles([
    ...[0, 1, 2].map((k) => ({ name: `song ${k}.wav`, mimeType: 'audio/wav', buffer: song(k) })),
    { name: 'letter.wav', mimeType: 'audio/wav', buffer: Buffer.from('Dear all, this is no music.') },
  ]);
  await page.getByRole('list', { name: 'Not taken' }).getByText('letter.wav').waitFor();
  await drop(page, { name: 'dropped.wav', content: song(3) });
  const list = page.getByRole('list', { name: 'On the server' });
  await list.getByText('dropped.wav').waitFor();
  expect((await list.locator('.track-name').allTextContents()).toSorted()).toEqual(['dropped.wav', 'song 0.wav', 'song 1.wav', 'song 2.wav']);
  expect(await list.locator('.time').allTextContents()).toEqual(Array(4).fill('0:10'));
  await drop(page, { name: 'too much.wav', content: song(4) });
  await button(page, 'Remove too much.wav').click();
  await eventually(() => list.locator('.track-name').count(), (count) => count === 4, 'the files');
  expectQuiet(errors);
});

it('watches a run, finds it again after a reload, previews its network, and stops it', async () => {
  const { page, errors } = await openApp(browser, server);
  await openPanel(page);
  await tab(page, 'Training').click();
  await page.getByRole('textbox', { name: 'Epochs', exact: true }).fill('none');
  await page.getByText('“none” is not a number.').waitFor();
  expect(await button(page, 'Start training').isDisabled()).toBe(true);
  // Minutes, with a judgement every two seconds or so.
  await startRun(page, { Epochs: '1000', 'Image side': '64' });

  // Each term has its curve, which says in words what it shows, and grows.
  const curve = page.getByRole('img', { name: /^Total: / });
  const line = async () => (await curve.locator('.line').first().getAttribute('d'))?.length ?? 0;
  await eventually(line, (length) => length > 60, 'the curve of the loss');
  expect(await page.locator('.chart').count()).toBeGreaterThanOrEqual(6);
  await page.getByRole('rowheader', { name: 'Colour follows brightness' }).first().waitFor();

  // The preview may be wanted while the bundled model and the list of music are still on their way: it is not to be lost when
  // the one arrives, nor to stay silent because the other has not.
  const late = 8000;
  const open = Date.now() + late;
  for (const path of ['**/models/pipeline.onnx', '**/api/audio'])
    await page.route(path, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, open - Date.now()));
      await route.continue();
    });
  await page.reload();
  await button(page, /^Training \d+ %/).click();
  await eventually(() => state(page).textContent(), (text) => /epoch \d+ of 1000, step \d+/.test(text ?? ''), 'the run');
  await eventually(line, (length) => length > 60, 'the curve of the loss');

  await button(page, 'See the network learn').click();
  await page.waitForTimeout(late);
  await page.getByText(/drawn by the network of step \d+/).waitFor();
  await eventually(() => nowPlaying(page).textContent(), (name) => /^(song \d|dropped)$/.test(name ?? ''), 'the music of the preview');
  await button(page, 'Stop the preview').click();

  const stop = async () => {
    await page.locator('.run').getByRole('button', { name: 'Stop', exact: true }).click();
    await eventually(() => state(page).textContent(), (text) => /^Stopped in epoch \d+ of 1000\.$/.test(text ?? ''), 'the end of the run');
  };
  await stop();
  await button(page, /^Train$/).waitFor();
  await button(page, 'Resume it').click();
  await eventually(() => state(page).textContent(), (text) => /epoch \d+ of 1000, step \d+/.test(text ?? ''), 'the run');
  await stop();
  expectQuiet(errors);
});

it('trains an epoch, and lets the new network draw by one click', async () => {
  const { page, errors } = await openApp(browser, server);
  await openPanel(page);
  await startRun(page, { Epochs: '1' });
  await eventually(() => state(page).textContent(), (text) => text === 'Done after 1 epoch.', 'the end of the run');
  await page.getByRole('img', { name: /^Total: \S+ in epoch 1$/ }).waitFor();
  const row = page.getByRole('row', { name: /Colour follows brightness/ });
  expect(await row.first().innerText()).toMatch(/(−?\.\d\d|1\.00|–)\s+(−?\.\d\d|1\.00|–)/);

  for (const name of ['model.onnx', 'pipeline.onnx', 'report.html']) {
    const download = page.waitForEvent('download');
    await page.locator('.run').getByRole('button', { name }).click();
    expect((await download).suggestedFilename()).toMatch(new RegExp(`^\\d{8}-\\d{6}-${name.replace('.', '\\.')}$`));
  }

  await button(page, 'Use the new model').click();
  await notice(page, /pipeline\.onnx draws now/).waitFor();
  await page.getByRole('complementary', { name: 'Training' }).waitFor({ state: 'detached' });
  await eventually(() => nowPlaying(page).textContent(), (name) => /^(song \d|dropped)$/.test(name ?? ''), 'the music');
  const before = await meters(page);
  await eventually(() => meters(page), (now) => now.some((value, k) => value !== before[k]), 'the meters');

  await page.keyboard.press(',');
  await page.getByRole('tab', { name: 'Model' }).click();
  await page.locator('.facts dd', { hasText: 'pipeline.onnx' }).waitFor();
  const offered = page.getByRole('combobox', { name: 'From the server' }).locator('option', { hasText: 'onnx' });
  const names = await eventually(() => offered.allTextContents(), (names) => names.length > 0, 'the models of the server');
  expect(names).toEqual([expect.stringMatching(/pipeline\.onnx$/)]); // and not the network alone
  expectQuiet(errors);
});

it('lists the runs, works with the keyboard, and removes one', async () => {
  const { page, errors } = await openApp(browser, server);
  await button(page, /^Train$/).press('Enter');
  await page.waitForFunction(() => document.activeElement?.role === 'tab'); // the keyboard went into the panel
  await tab(page, 'Training').press('ArrowRight');
  const runs = page.getByRole('article');
  await eventually(() => runs.count(), (count) => count === 2, 'the runs');
  expect(await runs.first().innerText()).toContain('done, 1 epoch');
  await runs.last().locator('summary').first().press('Enter');
  await runs.last().getByRole('img', { name: /^Total: / }).waitFor();
  await runs.last().getByRole('button', { name: 'Remove this run' }).click();
  await runs.last().getByRole('button', { name: 'Really remove it' }).click();
  await eventually(() => runs.count(), (count) => count === 1, 'the runs');
  await page.keyboard.press('Escape');
  await page.getByRole('complementary', { name: 'Training' }).waitFor({ state: 'detached' });
  expectQuiet(errors);
});

it('asks for the token, and comes back to a server that was away', async () => {
  const away = mkdtempSync(join(tmpdir(), 'fractalsync-web-'));
  const token = 'correct horse';
  let guarded = await serveTraining(away, { token });
  try {
    const { page } = await openApp(browser, guarded);
    await openPanel(page);
    await page.getByLabel('Token of the server').fill('wrong');
    await button(page, 'Go on').click();
    await page.getByText('The server does not know this token.').waitFor();
    await page.getByLabel('Token of the server').fill(token);
    await button(page, 'Go on').click();
    await page.getByText('On the server').waitFor();
    await page.reload(); // it is kept for the tab
    await openPanel(page);
    await page.getByText('On the server').waitFor();

    await guarded.close();
    await page.getByText('The server cannot be reached. Trying again.').waitFor();
    guarded = await serveTraining(away, { token, port: Number(new URL(guarded.url).port) });
    await page.getByText('The server cannot be reached. Trying again.').waitFor({ state: 'detached' });
  } finally {
    await guarded.close();
    rmSync(away, { recursive: true });
  }
});

it('is not there on static hosting, and asks for nothing that could fail', async () => {
  const hosting = await serve();
  const { page, errors } = await openApp(browser, hosting);
  await page.getByText('See what you hear').waitFor();
  expect(await button(page, /^Train/).count()).toBe(0);
  expectQuiet(errors);
  await hosting.close();
});
