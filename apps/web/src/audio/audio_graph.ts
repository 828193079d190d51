// The browser's audio graph: one source at a time -> sensitivity -> AudioWorklet -> inference worker, and, for what plays
// here, also to the loudspeakers. Started and stopped by the Visualizer.
import captureUrl from './capture.worklet.ts?worker&url&no-inline';
import { UserError } from '../errors';

/** Seconds in which a change of sensitivity takes effect. */
const GAIN_TIME_CONSTANT = 0.05;

export class AudioGraph {
  readonly context: AudioContext;
  private readonly sensitivity: GainNode;
  private readonly recording: MediaStreamAudioDestinationNode;
  private capture: AudioWorkletNode | null = null;
  private source: AudioNode | null = null;

  /** Call it within a user gesture, or the browser keeps the context silent. Throws a UserError without Web Audio. */
  constructor() {
    if (typeof AudioContext === 'undefined' || typeof AudioWorkletNode === 'undefined')
      throw new UserError(
        isSecureContext
          ? 'This browser cannot process sound live (it has no AudioWorklet). Use a current one.'
          : 'The browser allows live sound only on https:// or localhost addresses. Open the page at one of these.',
      );
    this.context = new AudioContext({ latencyHint: 'interactive' });
    this.sensitivity = new GainNode(this.context);
    this.recording = new MediaStreamAudioDestinationNode(this.context);
  }

  /** Sends hops to `worker` from now on. */
  async start(worker: MessagePort): Promise<void> {
    await this.context.audioWorklet.addModule(captureUrl);
    const capture = new AudioWorkletNode(this.context, 'fractalsync-capture', {
      numberOfInputs: 1,
      numberOfOutputs: 0,
      channelCountMode: 'max',
      channelInterpretation: 'discrete', // the worklet mixes, as in training
    });
    capture.port.postMessage(worker, [worker]);
    this.sensitivity.connect(capture);
    this.capture = capture;
  }

  /** Replaces the source. `audible`: it is to be heard here too (a file; not a microphone). */
  connect(source: AudioNode, audible: boolean): void {
    this.disconnect();
    source.connect(this.sensitivity);
    source.connect(this.recording);
    if (audible) source.connect(this.context.destination);
    this.source = source;
  }

  disconnect(): void {
    this.source?.disconnect();
    this.source = null;
  }

  /** How much louder the model hears than it is, in dB. */
  setSensitivity(decibels: number): void {
    const gain = 10 ** (decibels / 20);
    if (this.capture) this.sensitivity.gain.setTargetAtTime(gain, this.context.currentTime, GAIN_TIME_CONSTANT);
    else this.sensitivity.gain.value = gain;
  }

  /** What is heard, for a recording. */
  get stream(): MediaStream {
    return this.recording.stream;
  }

  async close(): Promise<void> {
    this.disconnect();
    this.capture?.port.postMessage('stop');
    this.capture?.disconnect();
    await this.context.close();
  }
}
