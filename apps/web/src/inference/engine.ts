// The page's side of the inference worker.
import { UserError } from '../errors';
import type { ModelInfo } from './model_check';
import type { FromWorker, HopResult, ToWorker } from './protocol';

export interface EngineEvents {
  result(result: HopResult): void;
  /** The model stopped working; `reason` is a sentence. */
  failed(reason: string): void;
}

export class Engine {
  private readonly worker: Worker;
  private readonly loading = new Map<number, { resolve(info: ModelInfo): void; reject(error: Error): void }>();
  private loads = 0;

  constructor(private readonly events: EngineEvents) {
    this.worker = new Worker(new URL('./inference.worker.ts', import.meta.url), { type: 'module' });
    this.worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.receive(data);
    this.worker.onerror = () => this.abandon('The inference worker could not be started: reload the page.');
  }

  /** Replaces the model. Rejects with a UserError when the file cannot be used; the old model then stays. */
  load(bytes: ArrayBuffer): Promise<ModelInfo> {
    const id = ++this.loads;
    return new Promise((resolve, reject) => {
      this.loading.set(id, { resolve, reject });
      this.send({ type: 'load', id, bytes }, [bytes]);
    });
  }

  /** Takes hops from `port` (see capture.worklet.ts) instead of any port before. */
  listen(port: MessagePort): void {
    this.send({ type: 'listen', port }, [port]);
  }

  /** What comes from now on is another stream; its journey, if the model has one, begins at that angle. */
  begin(journey: number): void {
    this.send({ type: 'begin', journey });
  }

  /** Whether results carry the sound that they were made of. */
  setIncludePcm(includePcm: boolean): void {
    this.send({ type: 'options', includePcm });
  }

  dispose(): void {
    this.worker.terminate();
    for (const { reject } of this.loading.values()) reject(new UserError('The page was closed.'));
    this.loading.clear();
  }

  private send(message: ToWorker, transfer: Transferable[] = []): void {
    this.worker.postMessage(message, transfer);
  }

  private receive(message: FromWorker): void {
    if (message.type === 'result') return this.events.result(message.result);
    if (message.type === 'failed') return this.events.failed(message.reason);
    const waiting = this.loading.get(message.id);
    this.loading.delete(message.id);
    if (message.type === 'loaded') waiting?.resolve(message.info);
    else waiting?.reject(message.ofUser ? new UserError(message.reason) : new Error(message.reason));
  }

  private abandon(reason: string): void {
    for (const { reject } of this.loading.values()) reject(new UserError(reason));
    this.loading.clear();
    this.events.failed(reason);
  }
}
