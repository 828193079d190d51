// The AudioWorklet: takes what is connected to it and sends hops straight to the inference worker, past the page's main
// thread. The page sends it the worker's port, or 'stop'.
import { HopCutter } from './hops';

// The part of AudioWorkletGlobalScope that is used here; TypeScript's DOM library leaves it out.
declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

const QUANTUM = 128;

class CaptureProcessor extends AudioWorkletProcessor {
  private worker: MessagePort | null = null;
  private running = true;
  private readonly cutter = new HopCutter(sampleRate, (hop) => this.worker?.postMessage(hop, [hop.pcm.buffer]));

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<MessagePort | 'stop'>) => {
      if (data === 'stop') this.running = false;
      else this.worker = data;
    };
  }

  process(inputs: Float32Array[][]): boolean {
    const channels = inputs[0] ?? [];
    // Hops count from the moment somebody listens.
    if (this.worker) this.cutter.push(channels, channels[0]?.length ?? QUANTUM, Date.now());
    return this.running;
  }
}

registerProcessor('fractalsync-capture', CaptureProcessor);
