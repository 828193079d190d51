// Training behind its panel: what the server says of it, and what a person does about it. There only where the page comes
// from a FractalSync server.
import { createStore } from '../app/store';
import { audioFiles } from '../audio/playlist';
import { sentence } from '../errors';
import { readToken, saveToken } from '../token';
import { fetchFile, get, post, remove, ServerError, servedByFractalSync } from './client';
import { readForm, type Form } from './option_form';
import { Preview, type PreviewState, type Stage } from './preview';
import { StatusFeed } from './status_feed';
import type { AudioFile, AudioList, Run, RunDetails, Status, TrainOption } from './types';
import { Uploads, type Upload } from './uploads';
import { count } from './words';

export interface TrainingState {
  /** The page comes from a FractalSync server. */
  available: boolean;
  /** 'refused': the token that was given is not the server's. */
  token: 'fine' | 'wanted' | 'refused';
  /** Why there is no news of the run; null while there is. */
  lost: string | null;
  options: readonly TrainOption[];
  form: Form;
  status: Status | null;
  audio: AudioList | null;
  uploads: readonly Upload[];
  runs: readonly Run[] | null;
  preview: PreviewState;
  /** A request that must not be sent twice is under way. */
  busy: boolean;
}

/** What training needs of the app. */
export interface Host extends Stage {
  notify(text: string, kind: 'problem' | 'news'): void;
  addFiles(files: readonly File[]): Promise<void>;
  /** Nothing is heard. */
  silent(): boolean;
  useServerModel(model: { name: string; url: string }): Promise<void>;
  /** Gives the picture its room. */
  closePanel(): void;
}

/** The run's model that the visualiser can run. */
export function pipelineOf(run: Run): { name: string; url: string } | null {
  return run.models.find(({ name }) => name.endsWith('pipeline.onnx')) ?? null;
}

export class Training {
  readonly store = createStore<TrainingState>({
    available: false,
    token: 'fine',
    lost: null,
    options: [],
    form: {},
    status: null,
    audio: null,
    uploads: [],
    runs: null,
    preview: { on: false, step: null },
    busy: false,
  });
  readonly preview: Preview;
  private readonly uploads: Uploads;
  private readonly feed: StatusFeed;
  private shown = false;

  constructor(private readonly host: Host) {
    const problem = (error: unknown) => this.fail(error);
    this.preview = new Preview(host, (preview) => this.store.set({ preview }), problem);
    this.feed = new StatusFeed({
      changed: (status, before) => this.statusChanged(status, before),
      lost: (lost) => {
        const back = lost === null && this.store.get().lost !== null;
        this.store.set({ lost });
        if (back && this.shown) void this.run(() => this.refreshAll());
      },
      locked: problem,
    });
    this.uploads = new Uploads(
      (uploads) => this.store.set({ uploads }),
      () => void this.refreshAudio().catch(problem),
    );
  }

  /** Looks for the server, and for a run that goes on. */
  async start(): Promise<void> {
    if (!(await servedByFractalSync())) return;
    this.store.set({ available: true });
    try {
      this.feed.receive(await get<Status>('/api/train/status'));
      if (this.store.get().status?.status === 'training') this.feed.open();
    } catch (error) {
      this.isLocked(error); // whatever is wrong is said to those who open the panel
    }
  }

  /** The panel is open: everything it shows is fetched, and kept fresh until it is hidden. */
  show(): void {
    this.shown = true;
    this.feed.open();
    void this.run(() => this.refreshAll());
  }

  hide(): void {
    this.shown = false;
    if (this.store.get().status?.status !== 'training') this.feed.close();
  }

  async giveToken(token: string): Promise<void> {
    saveToken(token);
    this.store.set({ token: 'fine' });
    this.feed.close();
    this.show();
  }

  /** Sends the audio files among them. */
  upload(files: readonly File[]): void {
    const sound = audioFiles(files);
    this.uploads.add(sound);
    if (sound.length < files.length) this.host.notify(`${count(files.length - sound.length, 'file')} left out: not audio.`, 'news');
  }

  clearUploads(): void {
    this.uploads.clear();
  }

  async removeAudio({ name }: AudioFile): Promise<void> {
    await remove(`/api/audio/${encodeURIComponent(name)}`);
    await this.refreshAudio();
  }

  setField(name: string, text: string): void {
    this.store.set({ form: { ...this.store.get().form, [name]: text } });
  }

  resetForm(): void {
    this.store.set({ form: {} });
  }

  /** Starts a run with what the form says; the form's problems keep it from being sent. */
  async train(): Promise<void> {
    const { options, form, audio } = this.store.get();
    const { values, problems } = readForm(options, form);
    if (Object.keys(problems).length > 0) return;
    await this.once(() => post('/api/train/start', { ...(audio && { data_dir: audio.data_dir }), ...values }));
  }

  async resume(): Promise<void> {
    await this.once(() => post('/api/train/resume'));
  }

  async stop(): Promise<void> {
    await this.once(() => post('/api/train/stop'));
  }

  async removeRun({ run }: Run): Promise<void> {
    await remove(`/api/train/runs/${encodeURIComponent(run)}`);
    await this.refreshRuns();
  }

  runDetails({ run }: Run): Promise<RunDetails> {
    return get(`/api/train/runs/${encodeURIComponent(run)}`);
  }

  /** Lets the run's network draw, on the training music where nothing is heard. */
  async use(run: Run): Promise<void> {
    const model = pipelineOf(run);
    if (!model) return;
    await this.host.useServerModel(model);
    this.host.closePanel();
    if (!this.host.silent()) return;
    const [track] = await this.tracks();
    if (track) await this.play(track);
  }

  /** The music that can be played, once the server has said what there is. */
  async tracks(): Promise<AudioFile[]> {
    if (!this.store.get().audio) await this.refreshAudio();
    return this.store.get().audio?.files.filter(({ readable }) => readable) ?? [];
  }

  /** Plays a piece of the training music, for whatever draws. */
  async play({ name, original_name }: AudioFile): Promise<void> {
    await this.host.addFiles([await fetchFile(`/api/audio/${encodeURIComponent(name)}/file`, original_name)]);
  }

  private async refreshAll(): Promise<void> {
    const { options } = this.store.get();
    if (options.length === 0) {
      const answer = await get<{ options: TrainOption[] }>('/api/train/options');
      this.store.set({ options: answer.options });
    }
    await Promise.all([this.refreshAudio(), this.refreshRuns()]);
  }

  private async refreshAudio(): Promise<void> {
    this.store.set({ audio: await get<AudioList>('/api/audio') });
  }

  private async refreshRuns(): Promise<void> {
    this.store.set({ runs: (await get<{ runs: Run[] }>('/api/train/runs')).runs });
  }

  private statusChanged(status: Status, before: Status | null): void {
    this.store.set({ status });
    const best = (of: Status | null) => of?.judgements?.findLast((judgement) => judgement.best)?.step;
    const another = status.run !== before?.run;
    if (best(status) !== undefined && (another || best(status) !== best(before))) this.preview.refresh();
    if (!before || (!another && before.status === status.status)) return;
    if (this.shown) void this.run(() => this.refreshRuns());
    if (before.status !== 'training') return;
    if (status.status === 'completed') this.host.notify('The training is done.', 'news');
    if (status.status === 'error') this.host.notify(status.error ?? 'The training has failed.', 'problem');
    if (!this.shown) this.feed.close();
  }

  private async once(action: () => Promise<unknown>): Promise<void> {
    if (this.store.get().busy) return;
    this.store.set({ busy: true });
    try {
      await action();
      this.feed.receive(await get<Status>('/api/train/status'));
      this.feed.open();
    } finally {
      this.store.set({ busy: false });
    }
  }

  /** Does `action`; what goes wrong becomes a message, or the question for the token. */
  async run(action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    if (!this.isLocked(error)) this.host.notify(sentence(error), 'problem');
  }

  private isLocked(error: unknown): boolean {
    if (!(error instanceof ServerError) || error.status !== 401) return false;
    this.store.set({ token: readToken() === null ? 'wanted' : 'refused' });
    return true;
  }
}
