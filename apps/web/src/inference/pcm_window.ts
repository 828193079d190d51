// What the model is given: the newest samples of the stream, and the rule for hops that waited too long. Runs in
// the inference worker.
import { HOP_SAMPLES } from '../audio/hops';

/** The newest `length` samples; zeros before the stream. */
export class PcmWindow {
  readonly samples: Float32Array<ArrayBuffer>;
  private hops = 0;

  /** `firstSample`: where the stream's first sample stands when the model is called first, see ModelInfo. */
  constructor(
    readonly length: number,
    private readonly firstSample: number,
  ) {
    this.samples = new Float32Array(length);
  }

  /** Whether enough of the stream is there for the first window of frames, as training sees it in a file. */
  get ready(): boolean {
    return this.hops * HOP_SAMPLES >= this.length - this.firstSample;
  }

  push(pcm: Float32Array): void {
    this.samples.copyWithin(0, pcm.length);
    this.samples.set(pcm, this.length - pcm.length);
    ++this.hops;
  }
}

/** A hop older than this when its turn comes means that the tab slept, or that the machine is too slow. */
const LARGEST_AGE_MS = 200;
/** Having fallen behind, the model goes on with the first hop that is as fresh as this. */
const FRESH_AGE_MS = 60;

/**
 * Which hops the model skips. Their samples still pass through the window, so that what it hears next is whole; only the
 * pictures in between are never made. So the picture may jump once, but never lags more and more.
 */
export class Backlog {
  private behind = false;

  /** `ageMs`: since the hop's last sample came in. */
  skips(ageMs: number): boolean {
    this.behind = ageMs > (this.behind ? FRESH_AGE_MS : LARGEST_AGE_MS);
    return this.behind;
  }
}
