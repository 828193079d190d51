// FractalSync on somebody else's page:
//
//   import { mount, openMicrophone } from './fractalsync.js';
//   const picture = await mount(document.querySelector('canvas'), { look: 'ember' });
//   button.onclick = async () => picture.listen((await openMicrophone()).stream);
//
// The module and its files must come from the page's own origin: browsers start workers from nowhere else.
import { UserError } from './errors';
import { anyJourney, journeyOf } from './inference/journey';
import type { HopResult } from './inference/protocol';
import { fetchBytes } from './models';
import defaultModel from '/models/pipeline.onnx?url';
import type { Renderer } from './render';
import { Visualizer, type VisualizerOptions } from './visualizer';

export { openMicrophone, openTab } from './audio/live_sources';
export { UserError } from './errors';
export {
  createRecorder,
  createRenderer,
  looks,
  UnsupportedError,
  type Frame,
  type Recorder,
  type Renderer,
  type RendererOptions,
} from './render';
export type { HopResult } from './inference/protocol';

export interface MountOptions extends VisualizerOptions {
  /** Address or content of a pipeline.onnx; the bundled one by default. */
  model?: string | URL | ArrayBuffer;
  /** 43 times a second: what the model makes of the sound. */
  onResult?(result: HopResult): void;
  /** Results carry the sound that they were made of. */
  includePcm?: boolean;
  /** The model stopped working; `reason` is a sentence. */
  onError?(reason: string): void;
}

export interface Mounted {
  /**
   * Shows this sound. The first call must come from a user gesture. A media element is also heard, a stream is not. A song
   * begins: `song` is the name of its file, which says where its journey does; without one it does anywhere.
   */
  listen(source: MediaStream | HTMLMediaElement, song?: string): Promise<void>;
  /** Goes back to the idle picture. */
  silence(): void;
  pause(): Promise<void>;
  resume(): Promise<void>;
  setOptions(options: VisualizerOptions): void;
  stats(): ReturnType<Renderer['stats']>;
  png(): Promise<Blob>;
  dispose(): Promise<void>;
}

/** Draws on `canvas` until disposed. Throws where there is no WebGL 2 or the model cannot be used; the message says why. */
export async function mount(canvas: HTMLCanvasElement, options: MountOptions = {}): Promise<Mounted> {
  const { model = defaultModel, onResult, onError, includePcm = false, ...rest } = options;
  const visualizer = new Visualizer(canvas, rest, { result: onResult, failed: onError });
  try {
    await visualizer.loadModel(model instanceof ArrayBuffer ? model.slice(0) : await fetchBytes(String(model)));
  } catch (error) {
    await visualizer.dispose();
    throw error;
  }
  visualizer.setIncludePcm(includePcm);
  visualizer.start();
  // A media element can be given to an audio context only once.
  const elements = new WeakMap<HTMLMediaElement, MediaElementAudioSourceNode>();

  return {
    async listen(source, song) {
      const context = await visualizer.audio();
      if (source instanceof MediaStream) {
        if (source.getAudioTracks().length === 0) throw new UserError('This stream has no sound.');
        visualizer.connect(context.createMediaStreamSource(source), false);
      } else {
        const node = elements.get(source) ?? context.createMediaElementSource(source);
        elements.set(source, node);
        visualizer.connect(node, true);
      }
      visualizer.begin(song === undefined ? anyJourney() : journeyOf(song));
    },
    silence: () => visualizer.disconnect(),
    pause: () => visualizer.pause(),
    resume: () => visualizer.resume(),
    setOptions: (changed) => visualizer.setOptions(changed),
    stats: () => visualizer.stats(),
    png: () => visualizer.png(),
    dispose: () => visualizer.dispose(),
  };
}
