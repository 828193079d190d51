// Shows the network while it learns: the server's preview model draws, and is replaced whenever the run has a better one.
// When the preview ends, the model from before draws again.
import { UserError } from '../errors';
import { request, ServerError } from './client';

/** What a preview needs of the app. */
export interface Stage {
  /** Lets this model draw, without a message; false while another one is being loaded. */
  showModel(name: string, bytes: ArrayBuffer): Promise<boolean>;
  /** The model that draws now, to come back to. */
  keepModel(): () => Promise<void>;
}

export interface PreviewState {
  on: boolean;
  /** Of the network that draws; null before there is one. */
  step: string | null;
}

const PATH = '/api/train/preview/pipeline.onnx';
/** The file appears a moment after the judgement that it is made for. */
const RETRY_MS = 1500;
const ATTEMPTS = 8;

export class Preview {
  private goBack: (() => Promise<void>) | null = null;
  private wanted = 0;
  private running = false;

  constructor(
    private readonly stage: Stage,
    private readonly changed: (state: PreviewState) => void,
    private readonly problem: (error: unknown) => void,
  ) {}

  get on(): boolean {
    return this.goBack !== null;
  }

  start(): void {
    if (this.on) return;
    this.goBack = this.stage.keepModel();
    this.changed({ on: true, step: null });
    this.refresh();
  }

  /** Goes back to the model from before. */
  async stop(): Promise<void> {
    const { goBack } = this;
    this.end();
    await goBack?.();
  }

  /** Another model was chosen: it stays. */
  end(): void {
    if (!this.on) return;
    this.goBack = null;
    this.changed({ on: false, step: null });
  }

  /** The run has a better network. */
  refresh(): void {
    if (!this.on) return;
    ++this.wanted;
    if (!this.running) void this.run();
  }

  private async run(): Promise<void> {
    this.running = true;
    try {
      for (let done = 0; this.on && done < this.wanted; ) {
        const wanted = this.wanted;
        await this.load();
        done = wanted;
      }
    } catch (error) {
      this.problem(error);
    } finally {
      this.running = false;
      this.wanted = 0;
    }
  }

  private async load(): Promise<void> {
    for (let attempt = 0; this.on && attempt < ATTEMPTS; ++attempt) {
      if (await this.attempt()) return;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    if (!this.on) return;
    this.end();
    throw new UserError('The server has no network of this run that the picture can be drawn with.');
  }

  private async attempt(): Promise<boolean> {
    try {
      const response = await request(PATH, { cache: 'no-cache' });
      const step = response.headers.get('etag')?.replace(/^W\/|"/g, '') ?? '';
      const bytes = await response.arrayBuffer();
      if (!this.on) return true;
      if (!(await this.stage.showModel('Preview', bytes))) return false;
      if (this.on) this.changed({ on: true, step });
      return true;
    } catch (error) {
      if (error instanceof ServerError && error.status === 404) return false;
      throw error;
    }
  }
}
