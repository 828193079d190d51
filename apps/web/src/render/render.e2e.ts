/**
 * End-to-end checks of the renderer in a real browser. `page` shows any page of a server that serves the module `url`,
 * for example `/src/render/index.ts` of Vite's development server. Each check rejects with what is wrong.
 */
import type { Page } from 'playwright-core';
import type { Frame } from './types';

/** Runs on a page where `install` has run. */
export interface RenderCheck {
  readonly name: string;
  run(page: Page): Promise<void>;
}

const base: Frame = { cRe: -0.39, cIm: 0.27, hue: 0.45, saturation: 0.6, brightness: 0.5, zoom: 1.1, speed: 0.5, rotation: 0.4 };

/** Connected, dust, a blob, a dendrite, the cusp, outer zooms, dark and bright. */
const places: readonly Partial<Frame>[] = [
  {},
  { cRe: 0.4, cIm: 0.4 },
  { cRe: -0.1, cIm: 0, brightness: 0 },
  { cRe: 0, cIm: 1, saturation: 0 },
  { cRe: 0.25, cIm: 0, zoom: 0.5, brightness: 1, saturation: 1 },
  { cRe: -1.9, cIm: 0.6, zoom: 2 },
];

/** Puts `lab` on the page's window: what the checks share. */
export async function install(page: Page, url: string): Promise<void> {
  // As text: test runners rewrite an import() in code.
  await page.evaluate(`import(${JSON.stringify(url)}).then((render) => { window.lab = { render }; })`);
  await page.evaluate(() => {
    const { render } = window.lab;
    const make = (options: import('./types').RendererOptions, width = 160, height = 120) => {
      const canvas = document.createElement('canvas');
      canvas.style.cssText = `display: block; width: ${width}px; height: ${height}px`;
      document.body.append(canvas);
      const renderer = render.createRenderer(canvas, { maxPixelRatio: 1, ...options });
      return {
        canvas,
        renderer,
        close: () => {
          renderer.dispose();
          canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext(); // browsers allow few at once
          canvas.remove();
        },
      };
    };
    const pixels = (source: CanvasImageSource, width = 160, height = 120) => {
      const copy = new OffscreenCanvas(width, height).getContext('2d')!;
      copy.drawImage(source, 0, 0, width, height);
      return copy.getImageData(0, 0, width, height).data;
    };
    const still = async (renderer: import('./types').Renderer) => pixels(await createImageBitmap(await renderer.png()));
    /** Mean relative luminance. */
    const luminance = (data: Uint8ClampedArray) => {
      const linear = (v: number) => (v <= 10 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
      let sum = 0;
      for (let i = 0; i < data.length; i += 4) {
        sum += 0.2126 * linear(data[i]!) + 0.7152 * linear(data[i + 1]!) + 0.0722 * linear(data[i + 2]!);
      }
      return sum / (data.length / 4);
    };
    const difference = (a: Uint8ClampedArray, b: Uint8ClampedArray) =>
      a.reduce((sum, v, i) => sum + Math.abs(v - b[i]!), 0) / a.length;
    window.lab = { render, make, pixels, still, luminance, difference };
  });
}

/** The type of `window.lab`, for the functions that run in the page. */
interface Lab {
  render: typeof import('./index');
  make(options: import('./types').RendererOptions): {
    canvas: HTMLCanvasElement;
    renderer: import('./types').Renderer;
    close(): void;
  };
  pixels(source: CanvasImageSource): Uint8ClampedArray;
  still(renderer: import('./types').Renderer): Promise<Uint8ClampedArray>;
  luminance(data: Uint8ClampedArray): number;
  difference(a: Uint8ClampedArray, b: Uint8ClampedArray): number;
}

declare global {
  interface Window {
    lab: Lab;
  }
}

function claim(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

export const renderChecks: readonly RenderCheck[] = [
  {
    name: 'every look draws a picture everywhere',
    async run(page) {
      const frames = places.map((place) => ({ ...base, ...place }));
      const found = await page.evaluate(async (all) => {
        const { lab } = window;
        const result: { look: string; deviations: number[]; means: number[] }[] = [];
        for (const { id } of lab.render.looks) {
          const { renderer, close } = lab.make({ look: id, flashLimiter: false });
          const deviations: number[] = [];
          const means: number[] = [];
          for (const frame of all) {
            renderer.draw(frame, 0);
            const data = await lab.still(renderer);
            const values = [...data].filter((_, i) => i % 4 === 1);
            const mean = values.reduce((a, b) => a + b, 0) / values.length;
            means.push(mean);
            deviations.push(Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length));
          }
          close();
          result.push({ look: id, deviations, means });
        }
        return result;
      }, frames);
      claim(found.length >= 4, 'there are fewer than four looks');
      for (const { look, deviations, means } of found) {
        // Of 255: a flat picture has 0, and the grain alone less than 3.
        claim(deviations.every((d) => d > 4), `${look}: a picture is flat (${deviations.map((d) => d.toFixed(1)).join(', ')})`);
        claim(means.every((m) => m > 4 && m < 251), `${look}: a picture is black or white (${means.join(', ')})`);
      }
    },
  },
  {
    name: 'same frame, same pixels; another seed, another background',
    async run(page) {
      const result = await page.evaluate(async (frame) => {
        const { lab } = window;
        const draw = async (seed: number) => {
          const { renderer, close } = lab.make({ look: 'aurora', seed });
          for (let i = 0; i < 3; ++i) renderer.draw({ ...frame, rotation: 0.1 * i }, 1000 + 40 * i);
          const data = await lab.still(renderer);
          close();
          return data;
        };
        const [a, b, c] = [await draw(1), await draw(1), await draw(2)];
        return { same: lab.difference(a, b), other: lab.difference(a, c) };
      }, base);
      claim(result.same === 0, `two drawings of one frame differ by ${result.same}`);
      claim(result.other > 0.2, 'the seed changes nothing');
    },
  },
  {
    name: 'nothing flashes when c crosses the boundary of the Mandelbrot set',
    async run(page) {
      const frames: Frame[] = [];
      for (const psi of [0.8, 2.1]) {
        for (let i = 0; i <= 8; ++i) {
          const rho = 0.996 + 0.001 * i;
          const [re, im] = [rho * Math.cos(psi), rho * Math.sin(psi)];
          frames.push({ ...base, cRe: re / 2 - (re * re - im * im) / 4, cIm: im / 2 - (re * im) / 2 });
        }
      }
      const found = await page.evaluate(async (all) => {
        const { lab } = window;
        const result: { look: string; luminance: number[] }[] = [];
        for (const { id } of lab.render.looks) {
          const { canvas, renderer, close } = lab.make({ look: id, flashLimiter: false });
          const luminance: number[] = [];
          for (const frame of all) {
            renderer.draw(frame, 0);
            luminance.push(lab.luminance(lab.pixels(canvas)));
          }
          close();
          result.push({ look: id, luminance });
        }
        return result;
      }, frames);
      for (const { look, luminance } of found) {
        luminance.forEach((value, i) => {
          const step = i % 9 === 0 ? 0 : Math.abs(value - luminance[i - 1]!);
          // A flash is a change by 0.1; a step of 0.001 in rho, more than the network makes in a frame, stays far below.
          claim(step <= 0.03, `${look}: luminance jumps by ${step.toFixed(3)} at step ${i}`);
        });
      }
    },
  },
  {
    name: 'the flash limiter holds in the whole pipeline',
    async run(page) {
      const series = await page.evaluate(async (frame) => {
        const { lab } = window;
        const result: number[][] = [];
        for (const flashLimiter of [true, false]) {
          const { canvas, renderer, close } = lab.make({ look: 'paper', flashLimiter });
          const luminance: number[] = [];
          for (let i = 0; i < 60; ++i) {
            // A strobe of 7.5 Hz: a bright far view and the dark inside of a set.
            const bright = Math.floor(i / 2) % 2 === 0;
            renderer.draw(bright ? { ...frame, zoom: 0.3, brightness: 1 } : { ...frame, cRe: -0.1, cIm: 0, zoom: 8, brightness: 0 }, (i * 1000) / 30);
            luminance.push(lab.luminance(lab.pixels(canvas)));
            await new Promise(requestAnimationFrame);
          }
          close();
          result.push(luminance);
        }
        return result;
      }, base);
      const changes = series.map((luminance) => {
        let [low, high, direction, count] = [luminance[0]!, luminance[0]!, 0, 0];
        for (const y of luminance) {
          if (direction <= 0 && y - low >= 0.1) [direction, count, low, high] = [1, count + 1, y, y];
          else if (direction >= 0 && high - y >= 0.1) [direction, count, low, high] = [-1, count + 1, y, y];
          low = Math.min(low, y);
          high = Math.max(high, y);
        }
        return count;
      });
      // Two seconds: at most twice three flashes of two changes each.
      claim(changes[0]! <= 12, `${changes[0]} changes with the limiter`);
      claim(changes[1]! >= 20, `the strobe without the limiter makes only ${changes[1]} changes`);
    },
  },
  {
    name: 'a lost context comes back with the same picture',
    async run(page) {
      const result = await page.evaluate(async (frame) => {
        const { lab } = window;
        const { canvas, renderer, close } = lab.make({ look: 'glass' });
        renderer.draw(frame, 0);
        const before = await lab.still(renderer);
        const loss = canvas.getContext('webgl2')!.getExtension('WEBGL_lose_context')!;
        const event = (name: string) => new Promise((resolve) => canvas.addEventListener(name, resolve, { once: true }));
        const lost = event('webglcontextlost');
        loss.loseContext();
        await lost;
        await new Promise((resolve) => setTimeout(resolve, 0)); // restoring is allowed once the event is over
        const whileLost = renderer.stats().lost;
        renderer.draw(frame, 16);
        const refused = await renderer.png().then(
          () => false,
          () => true,
        );
        const restored = event('webglcontextrestored');
        loss.restoreContext();
        await restored;
        renderer.draw({ ...frame, speed: 0 }, 16);
        const after = await lab.still(renderer);
        const nowLost = renderer.stats().lost;
        close();
        return { whileLost, refused, nowLost, difference: lab.difference(before, after) };
      }, base);
      claim(result.whileLost && result.refused, 'the loss was not noticed');
      claim(!result.nowLost, 'the context did not come back');
      // 16 ms of slow drift in the background are less than one step of 255.
      claim(result.difference < 1, `the picture changed by ${result.difference}`);
    },
  },
  {
    name: 'no WebGL 2 is said in a sentence',
    async run(page) {
      const found = await page.evaluate(() => {
        const { lab } = window;
        const attempt = (only: string | null) => {
          const original = HTMLCanvasElement.prototype.getContext;
          HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string) {
            return kind === only ? ({} as never) : null;
          } as typeof original;
          try {
            lab.make({}).close();
            return 'no error';
          } catch (error) {
            return error instanceof lab.render.UnsupportedError ? error.message : `not an UnsupportedError: ${error}`;
          } finally {
            HTMLCanvasElement.prototype.getContext = original;
            document.querySelectorAll('canvas').forEach((canvas) => canvas.remove());
          }
        };
        return [attempt('webgl'), attempt(null)];
      });
      claim(/WebGL 1/.test(found[0]!), found[0]!);
      claim(/no WebGL/.test(found[1]!), found[1]!);
    },
  },
  {
    name: 'a recording holds a video',
    async run(page) {
      const result = await page.evaluate(async (frame) => {
        const { lab } = window;
        const { canvas, renderer, close } = lab.make({});
        const recorder = lab.render.createRecorder(canvas);
        renderer.draw(frame, 0);
        recorder.start();
        for (let i = 1; i < 20; ++i) {
          renderer.draw({ ...frame, rotation: 0.05 * i }, 50 * i);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        const blob = await recorder.stop();
        close();
        return { size: blob.size, type: blob.type };
      }, base);
      claim(result.size > 1000 && result.type.startsWith('video/'), `a recording of ${result.size} bytes, ${result.type}`);
    },
  },
];

/** Runs every check on `page`. */
export async function renderE2e(page: Page, url: string): Promise<void> {
  await install(page, url);
  for (const check of renderChecks) {
    await check.run(page).catch((error: unknown) => {
      throw new Error(`${check.name}: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
}
