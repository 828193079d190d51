/**
 * The renderer: decides what is drawn when. A frame goes through reduced motion, the adaptive resolution, the painter and
 * the flash limiter to the canvas. The limiter's measurement comes back from the GPU without a stall, so the picture that
 * it judged is shown one frame later.
 */
import { CalmMotion } from './calm_motion';
import { FlashLimiter, TILES } from './flash_limiter';
import { GpuTimer, openContext, type Readback, type Target } from './gl';
import { lookDefinition } from './looks';
import { Painter } from './painter';
import { MAX_SCALE, ScaleController } from './scale_controller';
import type { Frame, Renderer, RendererOptions, RendererStats } from './types';

/** Internal pixels are never more than those of a 4K picture. */
const MAX_PIXELS = 3840 * 2160;
/** Measurements under way before the renderer waits for one. */
const MAX_WAITING = 3;
/** A change of look fades over this time constant, ms. */
const FADE_MS = 180;

interface Waiting {
  readonly picture: Target;
  readonly tiles: Readback;
  readonly look: string;
  readonly timeMs: number;
}

type Settings = Required<RendererOptions>;

const defaults: Settings = {
  look: 'aurora',
  maxPixelRatio: 2,
  targetFps: 60,
  flashLimiter: true,
  reducedMotion: false,
  preserveForCapture: false,
  seed: 1,
};

class WebglRenderer implements Renderer {
  private settings: Settings;
  private readonly gl: WebGL2RenderingContext;
  private painter: Painter | null;
  private timer: GpuTimer;
  private readonly controller: ScaleController;
  private readonly limiter = new FlashLimiter();
  private readonly calm = new CalmMotion();
  private readonly observer: ResizeObserver;

  private waiting: Waiting[] = [];
  private shown: { picture: Target; look: string } | null = null;
  private last: { frame: Frame; timeMs: number } | null = null;
  /** The look that is drawn; follows the wanted one when that is compiled. */
  private look: string;
  private fadeFrom = Number.NEGATIVE_INFINITY;
  private shownAt = Number.NaN;
  private life = 0;
  private fps = 0;
  private resized = true;
  /** The canvas was emptied by a change of its size. */
  private cleared = false;
  private pending = 0;
  private disposed = false;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    options: RendererOptions,
  ) {
    this.settings = checked({ ...defaults, ...defined(options) });
    this.look = this.settings.look;
    this.gl = openContext(canvas, this.settings.preserveForCapture);
    this.painter = this.gl.isContextLost() ? null : new Painter(this.gl);
    this.timer = new GpuTimer(this.gl);
    this.controller = new ScaleController(this.settings.targetFps);
    canvas.addEventListener('webglcontextlost', this.onLost);
    canvas.addEventListener('webglcontextrestored', this.onRestored);
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(canvas);
  }

  draw(frame: Frame, timeMs: number): void {
    if (this.disposed) throw new Error('The renderer was disposed of.');
    if (!Object.values(frame).every(Number.isFinite)) throw new RangeError('A frame holds a number that is not finite.');
    const elapsed = this.last ? timeMs - this.last.timeMs : 0;
    if (elapsed > 0) this.fps += (1000 / elapsed - this.fps) * (this.fps === 0 ? 1 : Math.min(1, elapsed / 500));
    // The backgrounds live by time, a little faster with the music; no more than 0.1 s at once.
    this.life += (Math.min(Math.max(elapsed, 0), 100) / 1000) * (0.5 + frame.speed);
    const drawn = this.settings.reducedMotion ? this.calm.step(frame, timeMs) : frame;
    this.last = { frame: drawn, timeMs };
    const { painter } = this;
    if (!painter || this.gl.isContextLost()) return;
    this.applySize();
    if (this.canvas.width === 0 || this.canvas.height === 0) return;
    this.followLook(painter, timeMs);

    const scale = this.controller.frame(timeMs, this.timer.take());
    this.timer.begin();
    const picture = this.paint(painter, drawn, scale);
    if (this.settings.flashLimiter) {
      this.waiting.push({ picture, tiles: painter.measure(picture), look: this.look, timeMs });
      this.settle(painter);
    } else {
      this.show(painter, picture, this.look, this.fade(timeMs), timeMs);
      this.presentShown(painter);
    }
    this.timer.end();
    this.settleLater();
  }

  setOptions(options: Partial<RendererOptions>): void {
    const next = checked({ ...this.settings, ...defined(options) });
    if (next.maxPixelRatio !== this.settings.maxPixelRatio) this.resized = true;
    if (!next.flashLimiter && this.settings.flashLimiter) this.dropWaiting();
    if (next.flashLimiter && !this.settings.flashLimiter) this.limiter.reset();
    if (next.reducedMotion !== this.settings.reducedMotion) this.calm.reset();
    this.controller.setTarget(next.targetFps);
    this.settings = next;
    this.painter?.ready(next.look);
  }

  resize(): void {
    this.resized = true;
  }

  stats(): RendererStats {
    const { width, height } = this.canvas;
    const lost = this.painter === null || this.gl.isContextLost();
    return { fps: this.fps, scale: this.controller.scale, width, height, lost };
  }

  png(): Promise<Blob> {
    const { painter, last, canvas } = this;
    if (!last) return Promise.reject(new Error('There is no picture yet.'));
    if (!painter || this.gl.isContextLost()) return Promise.reject(new Error('The graphics context is lost at the moment.'));
    this.applySize();
    const picture = this.paint(painter, last.frame, this.largestScale(), this.settings.look);
    painter.present(picture, this.settings.look, canvas.width, canvas.height);
    painter.release(picture);
    // toBlob takes the drawing buffer as it is now, before it is shown.
    const blob = new Promise<Blob>((resolve, reject) => {
      canvas.toBlob((png) => (png ? resolve(png) : reject(new Error('The browser could not encode the picture.'))));
    });
    this.presentShown(painter);
    return blob;
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    cancelAnimationFrame(this.pending);
    this.observer.disconnect();
    this.canvas.removeEventListener('webglcontextlost', this.onLost);
    this.canvas.removeEventListener('webglcontextrestored', this.onRestored);
    this.dropWaiting();
    if (this.shown) this.painter?.release(this.shown.picture);
    this.shown = null;
    this.painter?.dispose();
    this.painter = null;
  }

  private readonly onLost = (event: Event): void => {
    event.preventDefault(); // or it is never restored
    this.waiting = [];
    this.shown = null;
    this.painter = null;
    this.limiter.reset(); // the picture it knew is gone
  };

  private readonly onRestored = (): void => {
    this.painter = new Painter(this.gl);
    this.timer = new GpuTimer(this.gl);
    if (this.last) this.draw(this.last.frame, this.last.timeMs);
  };

  /** The canvas in device pixels. A canvas outside the page keeps the size it has. */
  private applySize(): void {
    const { canvas } = this;
    if (!this.resized) return;
    this.resized = false;
    if (canvas.clientWidth > 0 && canvas.clientHeight > 0) {
      const ratio = Math.min(window.devicePixelRatio || 1, this.settings.maxPixelRatio);
      const most = this.gl.getParameter(this.gl.MAX_TEXTURE_SIZE) as number;
      const width = Math.min(Math.max(1, Math.round(canvas.clientWidth * ratio)), most);
      const height = Math.min(Math.max(1, Math.round(canvas.clientHeight * ratio)), most);
      if (canvas.width !== width || canvas.height !== height) {
        canvas.width = width;
        canvas.height = height;
        this.cleared = true;
      }
    }
    this.controller.setMaxScale(this.largestScale());
  }

  private largestScale(): number {
    const { width, height } = this.canvas;
    const most = this.gl.getParameter(this.gl.MAX_TEXTURE_SIZE) as number;
    return Math.min(MAX_SCALE, Math.sqrt(MAX_PIXELS / (width * height)), most / Math.max(width, height));
  }

  private paint(painter: Painter, frame: Frame, scale: number, look = this.look): Target {
    const width = Math.max(2, Math.round(this.canvas.width * scale));
    const height = 2 * Math.max(1, Math.round((this.canvas.height * scale) / 2));
    const ratio = this.canvas.clientWidth > 0 ? this.canvas.width / this.canvas.clientWidth : 1;
    // A fine line is a CSS pixel wide, and more on very large pictures.
    const unit = scale * Math.max(ratio, Math.min(this.canvas.width, this.canvas.height) / 1000);
    const { seed } = this.settings;
    const phases = [0.071, 0.053, 0.089, 0.061].map((rate, i) => (this.life * rate * 2 + seed * (1.7 + 2.3 * i)) % (2 * Math.PI));
    return painter.paint(look, frame, phases, width, height, unit);
  }

  private followLook(painter: Painter, timeMs: number): void {
    if (this.look === this.settings.look || !painter.ready(this.settings.look)) return;
    this.look = this.settings.look;
    this.fadeFrom = timeMs;
  }

  /** The share of the way that the fade of a new look allows. */
  private fade(timeMs: number): number {
    const since = timeMs - this.fadeFrom;
    if (since >= 6 * FADE_MS) return 1;
    const elapsed = Math.max(timeMs - this.shownAt, 0);
    return Number.isNaN(elapsed) ? 1 : 1 - Math.exp(-elapsed / FADE_MS);
  }

  /** Shows every picture whose measurement has come back. */
  private settle(painter: Painter): void {
    let changed = false;
    while (this.waiting.length > 0) {
      const [next] = this.waiting as [Waiting];
      const wait = !this.shown || this.waiting.length > MAX_WAITING;
      if (!wait && !next.tiles.ready()) break;
      this.waiting.shift();
      const bytes = next.tiles.read();
      const luminance = new Float32Array(TILES);
      const red = new Float32Array(TILES);
      for (let i = 0; i < TILES; ++i) {
        luminance[i] = bytes[4 * i]! / 255;
        red[i] = bytes[4 * i + 1]! / 255;
      }
      const step = this.limiter.step(luminance, red, next.timeMs, this.fade(next.timeMs));
      this.show(painter, next.picture, next.look, step, next.timeMs);
      changed = true;
    }
    if (changed || this.cleared) this.presentShown(painter);
  }

  /** When no further frame comes, the last one must still be seen. */
  private settleLater(): void {
    if (this.waiting.length === 0 || this.pending !== 0) return;
    this.pending = requestAnimationFrame(() => {
      this.pending = 0;
      if (this.painter && !this.gl.isContextLost()) this.settle(this.painter);
      this.settleLater();
    });
  }

  private show(painter: Painter, picture: Target, look: string, step: number, timeMs: number): void {
    const before = this.shown?.picture;
    if (before && step < 1) {
      this.shown = { picture: painter.blend(before, picture, step), look };
      painter.release(picture);
    } else {
      this.shown = { picture, look };
    }
    if (before) painter.release(before);
    this.shownAt = timeMs;
  }

  private presentShown(painter: Painter): void {
    if (this.shown) painter.present(this.shown.picture, this.shown.look, this.canvas.width, this.canvas.height);
    this.cleared = false;
  }

  private dropWaiting(): void {
    for (const { picture, tiles } of this.waiting) {
      tiles.dispose();
      this.painter?.release(picture);
    }
    this.waiting = [];
  }
}

/** Throws UnsupportedError, with a sentence for people, where the browser has no WebGL 2. */
export function createRenderer(canvas: HTMLCanvasElement, options: RendererOptions = {}): Renderer {
  return new WebglRenderer(canvas, options);
}

function defined(options: Partial<RendererOptions>): Partial<RendererOptions> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function checked(settings: Settings): Settings {
  lookDefinition(settings.look);
  if (!(settings.maxPixelRatio > 0)) throw new RangeError('maxPixelRatio must be positive.');
  if (!(settings.targetFps > 0)) throw new RangeError('targetFps must be positive.');
  if (!Number.isFinite(settings.seed)) throw new RangeError('seed must be a finite number.');
  return settings;
}
