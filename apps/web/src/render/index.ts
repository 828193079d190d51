/**
 * The renderer of the browser app: visual parameters in, a Julia set on a canvas out.
 */
export { looks, type Look } from './looks';
export { createRecorder, type Recorder } from './recorder';
export { createRenderer } from './renderer';
export { UnsupportedError, type Frame, type Renderer, type RendererOptions, type RendererStats } from './types';
