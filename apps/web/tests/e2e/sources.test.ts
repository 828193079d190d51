// The three kinds of sound, in the app: microphone, files, a shared tab.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { journeyOf } from '../../src/inference/journey';
import type { ToWorker } from '../../src/inference/protocol';
import { drop, eventually, expectQuiet, meters, notice, nowPlaying, openApp, waitForSound } from './support/app';
import { closePages, launch } from './support/browser';
import { serve, type Server } from './support/server';
import { beat, wav, writeWav } from './support/wav';

declare global {
  interface Window {
    /** What the page of this test shares. */
    shared?: MediaStream;
    /** Where streams began. */
    begun?: number[];
  }
}

const folder = mkdtempSync(join(tmpdir(), 'fractalsync-web-'));
const RATE = 22050;
const sound = wav(beat(60, RATE), RATE);
const TONE_PAGE = '<!doctype html><title>Tone</title><link rel="icon" href="icon.svg"><audio src="tone.wav" autoplay loop></audio>';
let server: Server;
let browser: Browser;

beforeAll(async () => {
  writeWav(join(folder, 'microphone.wav'), beat(8), 48000);
  server = await serve({ 'tone.html': TONE_PAGE, 'tone.wav': sound });
  browser = await launch({ microphone: join(folder, 'microphone.wav'), share: 'Tone' });
});

afterEach(() => closePages(browser));

afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(folder, { recursive: true });
});

/** While a panel is open, the controls stay. */
async function openSoundPanel(page: Page): Promise<void> {
  await page.keyboard.press(',');
  await page.getByRole('tab', { name: 'Sound' }).click();
}

it('shows the microphone, and lets one choose which', async () => {
  const { page, errors } = await openApp(browser, server);
  await page.getByRole('button', { name: 'Microphone' }).click();
  await waitForSound(page);
  await openSoundPanel(page);
  const choices = page.getByRole('combobox', { name: 'Microphone' });
  expect(await choices.locator('option').count()).toBeGreaterThan(1);
  await choices.selectOption({ index: 1 });
  await eventually(() => nowPlaying(page).textContent(), (name) => name !== null && name !== '', 'the name of the microphone');
  await waitForSound(page);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByText('See what you hear').waitFor();
  expectQuiet(errors);
});

it('begins each song where its name says, and a microphone anywhere', async () => {
  const { page, errors } = await openApp(browser, server, '', () => {
    window.begun = [];
    const post = Worker.prototype.postMessage as (message: ToWorker, transfer: Transferable[]) => void;
    Worker.prototype.postMessage = function (this: Worker, message: ToWorker, transfer: Transferable[]) {
      if (message.type === 'begin') window.begun!.push(message.journey);
      post.call(this, message, transfer);
    } as typeof Worker.prototype.postMessage;
  });
  const begun = () => page.evaluate(() => window.begun!);
  await drop(page, { name: 'one.wav', content: sound }, { name: 'two.wav', content: sound });
  await waitForSound(page);
  await page.keyboard.press('n');
  await eventually(begun, (all) => all.length === 2, 'the songs that began');
  await openSoundPanel(page);
  await page.getByRole('button', { name: 'Microphone' }).click();
  const [one, two, live] = await eventually(begun, (all) => all.length === 3, 'the microphone');
  expect([one, two]).toEqual([journeyOf('one.wav'), journeyOf('two.wav')]);
  expect(live).toBeLessThan(2 * Math.PI);
  expectQuiet(errors);
});

it('plays dropped files one after another, seeks, and removes them from the queue', async () => {
  const { page, errors } = await openApp(browser, server);
  await drop(page, { name: 'one.wav', content: sound }, { name: 'two.wav', content: wav(beat(2, RATE), RATE) }, { name: 'three.wav', content: sound });
  await waitForSound(page);
  expect(await nowPlaying(page).textContent()).toBe('one');
  await openSoundPanel(page);
  await page.keyboard.press('n');
  await eventually(() => nowPlaying(page).textContent(), (name) => name === 'two', 'the next track');
  // Two seconds later the third begins by itself.
  await eventually(() => nowPlaying(page).textContent(), (name) => name === 'three', 'the track after that');
  const seek = page.getByRole('slider', { name: 'Position in the track' });
  await eventually(async () => Number(await seek.getAttribute('max')), (max) => Math.abs(max - 60) < 0.1, 'the length');
  await seek.fill('15');
  await eventually(async () => Number(await seek.inputValue()), (position) => position >= 15, 'the position');
  await page.getByRole('button', { name: 'Remove two' }).click();
  expect(await page.locator('.queue .track-name').allTextContents()).toEqual(['one', 'three']);
  await page.getByRole('button', { name: 'Remove three' }).click();
  await eventually(() => nowPlaying(page).textContent(), (name) => name === 'one', 'what is left');
  await page.getByRole('button', { name: 'Remove one' }).click();
  await page.getByText('See what you hear').waitFor();
  expectQuiet(errors);
});

it('plays the demo music that comes with it', async () => {
  const { page, errors } = await openApp(browser, server);
  await page.getByRole('button', { name: 'Play the demo music' }).click();
  await eventually(() => nowPlaying(page).textContent(), (name) => name === 'Dawn chorus', 'the first piece');
  await page.keyboard.press('n');
  await waitForSound(page);
  expect(await nowPlaying(page).textContent()).toBe('Night drive');
  expectQuiet(errors);
});

it('shows what another tab plays, and says when the sharing ends', async () => {
  const other = await browser.newPage();
  await other.goto(`${server.url}tone.html`);
  const { page, errors } = await openApp(browser, server);
  await page.evaluate(() => {
    const devices = navigator.mediaDevices;
    const open = devices.getDisplayMedia.bind(devices);
    devices.getDisplayMedia = async (options) => (window.shared = await open(options));
  });
  await page.getByRole('button', { name: 'Tab or system' }).click();
  await waitForSound(page);
  // A headless browser has no button "Stop sharing".
  await page.evaluate(() => {
    for (const track of window.shared!.getTracks()) {
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
  });
  await notice(page, 'The sharing has ended').waitFor();
  await page.getByText('See what you hear').waitFor();
  expectQuiet(errors);
});

it('stands still in a pause', async () => {
  const { page, errors } = await openApp(browser, server);
  await drop(page, { name: 'one.wav', content: sound });
  await waitForSound(page);
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Go on' }).waitFor();
  // What was under way arrives; then nothing moves. (Music moves one of the six within a second.)
  let before: number[] = [];
  const changed = async () => {
    before = await meters(page);
    await page.waitForTimeout(1000);
    return (await meters(page)).some((value, k) => value !== before[k]);
  };
  await eventually(changed, (moving) => !moving, 'the meters move');
  await page.keyboard.press('Space');
  await eventually(() => meters(page), (now) => now.some((value, k) => value !== before[k]), 'the meters');
  expectQuiet(errors);
});

it('takes a model from the server', async () => {
  const { page, errors } = await openApp(browser, server);
  await page.keyboard.press(',');
  await page.getByRole('tab', { name: 'Model' }).click();
  await page.getByRole('combobox', { name: 'From the server' }).selectOption({ label: 'my music' });
  await notice(page, 'my music draws now').waitFor();
  await page.locator('.facts dd', { hasText: 'my music' }).waitFor();
  expectQuiet(errors);
});
