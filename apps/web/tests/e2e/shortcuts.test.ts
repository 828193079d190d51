// Every shortcut of the table does what the overlay says, and the overlay lists every one of them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shortcuts, type Shortcut } from '../../src/app/shortcuts';
import { drop, eventually, expectQuiet, notice, nowPlaying, openApp, waitForSound } from './support/app';
import { launch } from './support/browser';
import { serve, type Server } from './support/server';
import { beat, wav, writeWav } from './support/wav';

const folder = mkdtempSync(join(tmpdir(), 'fractalsync-web-'));
let server: Server;
let browser: Browser;
let page: Page;
let errors: string[];

beforeAll(async () => {
  writeWav(join(folder, 'microphone.wav'), beat(4), 48000);
  server = await serve();
  browser = await launch({ microphone: join(folder, 'microphone.wav') });
  ({ page, errors } = await openApp(browser, server));
  const song = wav(beat(120, 22050), 22050); // longer than all this takes
  await drop(page, { name: 'one.wav', content: song }, { name: 'two.wav', content: song });
  await waitForSound(page);
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(folder, { recursive: true });
});

const position = async () => Number(await page.getByRole('slider', { name: 'Position in the track' }).inputValue());
const visible = (selector: string) => page.locator(selector).isVisible();
const news = (words: string | RegExp) => () => notice(page, words).first().waitFor();

/** Presses it; the check must fail before and hold after. */
const press = (shortcut: Shortcut) => page.keyboard.press((shortcut.shift ? 'Shift+' : '') + (shortcut.keys[0] === ' ' ? 'Space' : shortcut.keys[0]!));

/** Where the music stands, in the pause of the first tests. */
let stands = NaN;

/** For each shortcut by what it does: what to do once it was pressed. In the order of the test. */
const effects: Record<string, (shortcut: Shortcut) => Promise<unknown>> = {
  'Pause or go on': async (shortcut) => {
    await page.getByRole('button', { name: 'Go on' }).waitFor();
    await press(shortcut);
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await press(shortcut); // the next two compare positions: in a pause they depend on no clock
    await page.getByRole('button', { name: 'Go on' }).waitFor();
    await page.waitForTimeout(500); // the bar is written every 250 ms
    stands = await position();
  },
  'Five seconds on': () => eventually(position, (seconds) => Math.abs(seconds - stands - 5) < 0.5, 'the position'),
  'Five seconds back': async () => {
    await eventually(position, (seconds) => Math.abs(seconds - stands) < 0.5, 'the position');
    await page.getByRole('button', { name: 'Go on' }).click();
  },
  'More sensitive': news('Sensitivity +3 dB'),
  'Less sensitive': news('Sensitivity 0 dB'),
  'Next look': news('Look: '),
  'Previous look': news('Look: Aurora'),
  'Next track': () => eventually(() => nowPlaying(page).textContent(), (name) => name === 'two', 'the next track'),
  // From the fourth second of a track on, the key goes to its beginning first.
  'Previous track': async (shortcut) => {
    const name = () => nowPlaying(page).textContent();
    const again = async () => ((await name()) === 'two' ? press(shortcut).then(name) : name());
    await eventually(again, (name) => name === 'one', 'the previous track');
  },
  'Keep this look': news('This look stays'),
  'Save the picture': news(/Saved as fractalsync-\d{8}-\d{6}\.png/),
  'Record a video, or stop recording': async (shortcut) => {
    await news('Recording')();
    // Software rendering makes few frames, and an encoder wants some.
    await page.evaluate(async () => {
      for (let frame = 0; frame < 12; ++frame) await new Promise(requestAnimationFrame);
    });
    await page.waitForTimeout(3000);
    const download = page.waitForEvent('download');
    await press(shortcut);
    expect((await download).suggestedFilename()).toMatch(/\.(mp4|webm)$/);
  },
  'Full screen': async (shortcut) => {
    await page.waitForFunction(() => document.fullscreenElement !== null);
    await press(shortcut);
    await page.waitForFunction(() => document.fullscreenElement === null);
  },
  'Hide or show the controls': async (shortcut) => {
    await page.locator('.dock').waitFor({ state: 'hidden' });
    await press(shortcut);
    await page.locator('.dock').waitFor();
  },
  'Meters of the six features': () => page.locator('.meters').waitFor({ state: 'detached' }),
  'Frame rate and latency': () => page.locator('.info', { hasText: 'sound to picture' }).waitFor(),
  Settings: () => page.getByRole('complementary', { name: 'Settings' }).waitFor(),
  'Copy a link to these settings': async () => {
    await page.waitForFunction(() => location.hash.includes('meters=0'));
    expect(new URL(page.url()).hash).toContain('lock=1');
  },
  'This list': async () => {
    const rows = await page.locator('.help dl > div').evaluateAll((all) => all.map((row) => row.querySelector('dd')!.textContent));
    expect(rows.toSorted()).toEqual(shortcuts.map(({ does }) => does).toSorted());
  },
  'Close what is open': async () => {
    await page.locator('.help').waitFor({ state: 'detached' });
    expect(await visible('.sheet')).toBe(false);
  },
  Microphone: () => eventually(() => nowPlaying(page).textContent(), (name) => /fake/i.test(name ?? ''), 'the microphone'),
  'Sound of a tab or of the system': () => notice(page, 'came without sound').waitFor(),
  'Open audio files': async () => undefined, // its effect is an event: see below
};

it('has a test for every shortcut', () => {
  expect(Object.keys(effects).toSorted()).toEqual(shortcuts.map(({ does }) => does).toSorted());
});

it('gives every shortcut its own key', () => {
  const keys = shortcuts.flatMap(({ keys, shift }) => keys.map((key) => `${shift ? 'Shift ' : ''}${key}`));
  expect(new Set(keys).size).toBe(keys.length);
});

// One after another on the same page: each begins where the one before left off.
it.each(Object.keys(effects))('%s', async (does) => {
  const shortcut = shortcuts.find((entry) => entry.does === does)!;
  if (does === 'Open audio files') {
    const chooser = page.waitForEvent('filechooser');
    await press(shortcut);
    expect((await chooser).isMultiple()).toBe(true);
  } else if (does === 'Sound of a tab or of the system') {
    // A headless browser shares its screen, which has no sound.
    await page.evaluate(() => {
      navigator.mediaDevices.getDisplayMedia = () => Promise.resolve(document.createElement('canvas').captureStream());
    });
    await press(shortcut);
    await effects[does]!(shortcut);
  } else {
    await press(shortcut);
    await effects[does]!(shortcut);
  }
});

it('leaves the keys to the controls that need them', async () => {
  await press(shortcuts.find(({ does }) => does === 'Settings')!);
  const tabs = page.getByRole('tab');
  await tabs.nth(3).focus();
  await page.keyboard.press('ArrowLeft'); // walks the tabs, and does not seek
  await page.getByRole('tab', { name: 'Model', selected: true }).waitFor();
});

it('complains of nothing', () => expectQuiet(errors));
