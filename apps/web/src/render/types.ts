/**
 * The renderer's public types: what goes in (one Frame of visual parameters per draw) and how it may be set up.
 */

/** The visual parameters of one moment, as the network gives them, and the rotation that the motion channel adds up. */
export interface Frame {
  /** The Julia constant c. */
  cRe: number;
  cIm: number;
  /** In [0, 1]; 0 and 1 are different colours, 0.8 of the colour wheel apart. */
  hue: number;
  /** In [0, 1]. */
  saturation: number;
  /** In [0, 1]. */
  brightness: number;
  /** In [0.1, 10]; the shorter side of the picture shows -1.55 / zoom to 1.55 / zoom. */
  zoom: number;
  /** In [0, 1]; it quickens the life of the backgrounds. */
  speed: number;
  /** Of the view, in radians, anticlockwise. */
  rotation: number;
}

export interface RendererOptions {
  /** The id of one of `looks`. */
  look?: string;
  /** Upper bound of device pixels per CSS pixel. Default 2. */
  maxPixelRatio?: number;
  /** Frames per second that the internal resolution is adapted to. Default 60. */
  targetFps?: number;
  /** No more than three flashes a second (WCAG 2.3.1). Default on. */
  flashLimiter?: boolean;
  /** Slower rotation, zoom and change of shape. Default off. */
  reducedMotion?: boolean;
  /** Keeps the drawing buffer readable between draws; costs speed, only read at creation. Default off. */
  preserveForCapture?: boolean;
  /** Of the backgrounds. Default 1. */
  seed?: number;
}

export interface RendererStats {
  /** Draws per second, smoothed. */
  fps: number;
  /** Internal pixels per canvas pixel, in one dimension; above 1 is supersampling. */
  scale: number;
  /** Of the canvas, in device pixels. */
  width: number;
  height: number;
  /** True while the graphics context is lost. */
  lost: boolean;
}

export interface Renderer {
  /** Draws one frame. `timeMs` is any clock that does not run backwards, for example that of requestAnimationFrame. */
  draw(frame: Frame, timeMs: number): void;
  setOptions(options: Partial<RendererOptions>): void;
  /** Takes over the canvas's present CSS size; also called by the renderer itself when that changes. */
  resize(): void;
  stats(): RendererStats;
  /** The last frame drawn, supersampled, at the canvas's size. Rejects when nothing was drawn or the context is lost. */
  png(): Promise<Blob>;
  /** Frees everything; the renderer cannot be used afterwards. */
  dispose(): void;
}

/** What this browser cannot do, in a sentence for people. */
export class UnsupportedError extends Error {
  override readonly name = 'UnsupportedError';
}
