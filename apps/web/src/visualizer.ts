// Sound -> parameters -> picture, without any user interface: owns the renderer, the inference worker, the audio graph and
// the loop that draws. The app and the embeddable module are both made of it.
import { AudioGraph } from './audio/audio_graph';
import { idleFrame } from './idle';
import { Engine } from './inference/engine';
import type { ModelInfo } from './inference/model_check';
import type { HopResult } from './inference/protocol';
import { interpolate, Timeline } from './inference/timeline';
import { createRenderer, type Frame, type Renderer, type RendererOptions } from './render';

export interface VisualizerOptions extends RendererOptions {
  /** How much louder the model hears than it is, in dB. */
  sensitivity?: number;
}

export interface VisualizerEvents {
  /** 43 times a second while there is sound. */
  result?(result: HopResult): void;
  /** After each picture. `latencyMs` is the age of the sound that it shows; null while idle or in a pause. */
  drawn?(frame: Frame, latencyMs: number | null): void;
  /** The model stopped working; `reason` is a sentence. */
  failed?(reason: string): void;
}

/** Time constant of the change between the idle picture and the live one, ms. */
const BLEND_MS = 600;

export class Visualizer {
  private readonly renderer: Renderer;
  private readonly engine: Engine;
  private readonly timeline = new Timeline();
  private graph: AudioGraph | null = null;
  private started: Promise<AudioGraph> | null = null;
  private request = 0;
  private lastDraw = 0;
  /** 0 idle ... 1 live. */
  private live = 0;
  private listening = false;
  private reducedMotion: boolean;
  private sensitivity: number;

  /** Throws the renderer's UnsupportedError where there is no WebGL 2. */
  constructor(
    readonly canvas: HTMLCanvasElement,
    { sensitivity = 0, ...options }: VisualizerOptions = {},
    private readonly events: VisualizerEvents = {},
  ) {
    this.sensitivity = sensitivity;
    this.reducedMotion = options.reducedMotion ?? false;
    this.renderer = createRenderer(canvas, options);
    this.engine = new Engine({
      result: (result) => {
        this.timeline.push(result, performance.now());
        this.events.result?.(result);
      },
      failed: (reason) => this.events.failed?.(reason),
    });
  }

  /** Starts drawing. */
  start(): void {
    if (this.request) return;
    const tick = (now: number) => {
      this.request = requestAnimationFrame(tick);
      this.draw(now);
    };
    this.request = requestAnimationFrame(tick);
  }

  /** Stops drawing; the sound goes on. */
  stop(): void {
    cancelAnimationFrame(this.request);
    this.request = 0;
  }

  /** Replaces the model; rejects with a UserError when the file cannot be used, and the old one stays. */
  loadModel(bytes: ArrayBuffer): Promise<ModelInfo> {
    return this.engine.load(bytes);
  }

  /** The running audio context. The first call must come from a user gesture. */
  async audio(): Promise<AudioContext> {
    this.started ??= this.startAudio();
    try {
      const graph = await this.started;
      await graph.context.resume();
      return graph.context;
    } catch (error) {
      this.started = null;
      throw error;
    }
  }

  /** Shows `source`, a node of this object's audio context, instead of what it showed. */
  connect(source: AudioNode, audible: boolean): void {
    this.graph?.connect(source, audible);
    this.listening = true;
  }

  /** A song begins: its picture knows nothing of what was heard before. `journey` is where, see journey.ts. */
  begin(journey: number): void {
    this.engine.begin(journey);
  }

  /** Shows nothing: the picture goes back to the idle one, and nothing is computed for silence. */
  disconnect(): void {
    this.graph?.disconnect();
    this.listening = false;
    void this.graph?.context.suspend();
  }

  /** Sound and picture stand still. */
  async pause(): Promise<void> {
    await this.graph?.context.suspend();
  }

  async resume(): Promise<void> {
    await this.graph?.context.resume();
  }

  setOptions({ sensitivity, ...options }: VisualizerOptions): void {
    if (sensitivity !== undefined) {
      this.sensitivity = sensitivity;
      this.graph?.setSensitivity(sensitivity);
    }
    this.reducedMotion = options.reducedMotion ?? this.reducedMotion;
    this.renderer.setOptions(options);
  }

  /** Whether results carry the sound that they were made of. */
  setIncludePcm(includePcm: boolean): void {
    this.engine.setIncludePcm(includePcm);
  }

  /** What is heard, for a recording; null before there was any. */
  get stream(): MediaStream | null {
    return this.graph?.stream ?? null;
  }

  stats(): ReturnType<Renderer['stats']> {
    return this.renderer.stats();
  }

  png(): Promise<Blob> {
    return this.renderer.png();
  }

  resize(): void {
    this.renderer.resize();
  }

  async dispose(): Promise<void> {
    this.stop();
    this.engine.dispose();
    this.renderer.dispose();
    await this.graph?.close();
    this.graph = null;
  }

  private async startAudio(): Promise<AudioGraph> {
    const graph = new AudioGraph();
    const channel = new MessageChannel();
    this.engine.listen(channel.port1);
    try {
      await graph.start(channel.port2);
    } catch (error) {
      await graph.close();
      throw error;
    }
    graph.setSensitivity(this.sensitivity);
    this.graph = graph;
    return graph;
  }

  private draw(now: number): void {
    const elapsed = this.lastDraw ? now - this.lastDraw : 0;
    this.lastDraw = now;
    const sample = this.timeline.sample(now);
    const target = sample && this.listening ? 1 : 0;
    this.live = target + (this.live - target) * Math.exp(-elapsed / BLEND_MS);
    if (Math.abs(this.live - target) < 1e-3) this.live = target;
    const frame = this.frame(sample?.frame ?? null, now);
    this.renderer.draw(frame, now);
    const running = target === 1 && this.graph?.context.state === 'running';
    this.events.drawn?.(frame, sample && running ? Date.now() - sample.heardAt : null);
  }

  private frame(live: Frame | null, now: number): Frame {
    if (live && this.live === 1) return live;
    const idle = idleFrame(now / 1000, this.reducedMotion);
    return live && this.live > 0 ? interpolate(idle, live, this.live) : idle;
  }
}
