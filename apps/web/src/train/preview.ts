// Shows the network while it learns: the server's preview model draws, and is replaced whenever the run has a better one.
// When the preview ends, the model from before draws again.
import { UserError } from '../errors';
import { request, ServerError } from './client';

/** What a preview needs of the app. */
export interface Stage {
  /** Lets this model draw, without a message; false while another one is being loaded. */
  showModel(name: string, bytes: ArrayBuffer): Promise<boolean>;
  /** Lets the model that was chosen last draw again. */
  showChosenModel(): Promise<void>;
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
  private shown = false;
  private wanted = 0;
  private running = false;

  constructor(
    private readonly stage: Stage,
    private readonly changed: (state: PreviewState) => void,
    private readonly problem: (error: unknown) => void,
  ) {}

  get on(): boolean {
    return this.shown;
  }

  start(): void {
    if (this.on) return;
    this.shown = true;
    this.changed({ on: true, step: null });
    this.refresh();
  }

  /** Goes back to the model from before. */
  async stop(): Promise<void> {
    this.end();
    await this.stage.showChosenModel();
  }

  /** Another model was chosen: it stays. */
  end(): void {
    if (!this.on) return;
    this.shown = false;
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
    for (let missing = 0; this.on && missing < ATTEMPTS; ) {
      const came = await this.attempt();
      if (came === 'shown') return;
      if (came === 'missing') ++missing;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    if (!this.on) return;
    this.end();
    throw new UserError('The server has no network of this run that the picture can be drawn with.');
  }

  private async attempt(): Promise<'shown' | 'missing' | 'later'> {
    try {
      const response = await request(PATH, { cache: 'no-cache' });
      const step = response.headers.get('etag')?.replace(/^W\/|"/g, '') ?? '';
      const bytes = await response.arrayBuffer();
      if (!this.on) return 'shown';
      if (!(await this.stage.showModel('Preview', bytes))) return 'later';
      if (this.on) this.changed({ on: true, step });
      else await this.stage.showChosenModel(); // it ended meanwhile
      return 'shown';
    } catch (error) {
      if (error instanceof ServerError && error.status === 404) return 'missing';
      throw error;
    }
  }
}
