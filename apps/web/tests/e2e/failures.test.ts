// Whatever goes wrong is told in a sentence, and the page goes on.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { drop, eventually, notice, nowPlaying, openApp, waitForSound } from './support/app';
import { closePages, launch, openPage } from './support/browser';
import { identityModel } from './support/onnx';
import { serve, type Server } from './support/server';
import { beat, wav } from './support/wav';

let server: Server;
let browser: Browser;
const song = wav(beat(20, 22050), 22050);

beforeAll(async () => {
  server = await serve();
  browser = await launch({ allow: false });
});

afterEach(() => closePages(browser));

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

async function stillWorks(page: Page): Promise<void> {
  await drop(page, { name: 'afterwards.wav', content: song });
  await eventually(() => nowPlaying(page).textContent(), (name) => name === 'afterwards', 'the track');
  await waitForSound(page);
}

it('without a microphone', async () => {
  const { page, errors } = await openApp(browser, server);
  await page.getByRole('button', { name: 'Microphone' }).click();
  await notice(page, /No microphone was found|The microphone was not allowed/).waitFor();
  await stillWorks(page);
  expect(errors).toEqual([]);
});

it.each([
  ['NotAllowedError', 'was not allowed'],
  ['NotReadableError', 'another program may be using it'],
  ['OverconstrainedError', 'That microphone is gone'],
])('the microphone fails with %s', async (name, words) => {
  const { page, errors } = await openApp(browser, server);
  await page.evaluate((name) => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', name));
  }, name);
  await page.getByRole('button', { name: 'Microphone' }).click();
  await notice(page, words).waitFor();
  expect(errors).toEqual([]);
});

it('a tab is shared without its sound', async () => {
  const { page, errors } = await openApp(browser, server);
  await page.evaluate(() => {
    navigator.mediaDevices.getDisplayMedia = () => Promise.resolve(document.createElement('canvas').captureStream());
  });
  await page.getByRole('button', { name: 'Tab or system' }).click();
  await notice(page, 'Also share tab audio').waitFor();
  await stillWorks(page);
  expect(errors).toEqual([]);
});

it('files that are not sound, or that nothing can decode, are named and passed over', async () => {
  const { page } = await openApp(browser, server);
  await drop(page, { name: 'letter.txt', content: Buffer.from('hello'), type: 'text/plain' });
  await notice(page, '“letter.txt” is not an audio file').waitFor();
  await drop(page, { name: 'broken.flac', content: Buffer.from('this is no music') }, { name: 'good.wav', content: song });
  await notice(page, '“broken” cannot be played').waitFor();
  await eventually(() => nowPlaying(page).textContent(), (name) => name === 'good', 'the track');
  await waitForSound(page);
});

it('nothing in the queue can be played', async () => {
  const { page } = await openApp(browser, server);
  await drop(page, { name: 'a.mp3', content: Buffer.from('x') }, { name: 'b.mp3', content: Buffer.from('y') });
  await notice(page, '“b” cannot be played').waitFor();
  await page.getByText('See what you hear').waitFor();
  await stillWorks(page);
});

it.each([
  ['damaged', Buffer.from('not a model'), 'is not an ONNX model, or it is damaged'],
  ['foreign', identityModel('data', 'prob'), 'was not made by FractalSync'],
  ['the network alone', identityModel('audio_features', 'visual_parameters'), 'choose pipeline.onnx'],
])('a model is refused: %s', async (_, content, words) => {
  const { page } = await openApp(browser, server);
  await drop(page, { name: 'model.onnx', content });
  await notice(page, words).waitFor();
  await stillWorks(page); // with the model from before
});

it('the bundled model cannot be fetched, and one from disk is taken instead', async () => {
  const opened = await openPage(browser, 'about:blank');
  const { page } = opened;
  const model = await (await fetch(`${server.url}models/pipeline.onnx`)).arrayBuffer();
  await page.route('**/pipeline.onnx', (route) => route.fulfill({ status: 503 }));
  await page.goto(server.url);
  await notice(page, 'the server answered 503').waitFor();
  await page.getByTestId('model-file').or(page.getByRole('button', { name: 'Settings' })).first().click();
  await page.getByRole('tab', { name: 'Model' }).click();
  await page.getByTestId('model-file').setInputFiles({ name: 'mine.onnx', mimeType: '', buffer: Buffer.from(model) });
  await page.getByText('mine.onnx').waitFor();
  await stillWorks(page);
});

it('there is no WebGL 2', async () => {
  const { page } = await openPage(browser, server.url, () => {
    const original = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, type: string, ...rest: unknown[]) {
      return type === 'webgl2' ? null : (original as (...all: unknown[]) => RenderingContext | null).call(this, type, ...rest);
    } as typeof original;
  });
  await page.getByRole('heading', { name: 'FractalSync cannot draw here' }).waitFor();
  expect(await page.getByRole('alert').textContent()).toMatch(/WebGL/);
  await page.getByRole('button', { name: 'Try again' }).waitFor();
});
