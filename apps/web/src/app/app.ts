// The app behind its user interface: settings, model, sources, pictures and recordings, and the messages about them. The
// panels and the keyboard call it; it calls the Visualizer. Nothing here changes 60 times a second.
import { sentence, UserError } from '../errors';
import type { ModelInfo } from '../inference/model_check';
import { fetchBytes, listServerModels, readModelFile, type ServerModel } from '../models';
import bundledModel from '/models/pipeline.onnx?url';
import { looks } from '../render';
import { Training } from '../train/training';
import { Visualizer } from '../visualizer';
import { Captures } from './captures';
import { FrameReadings } from './frame_readings';
import { defaultSettings, formatPreset, loadSettings, parsePreset, saveSettings, SENSITIVITY, type Settings } from './settings';
import { Sources } from './sources';
import { createStore } from './store';
import { keepScreenOn } from './wake_lock';

export type Panel = 'sound' | 'look' | 'model' | 'display';

export interface Notice {
  id: number;
  kind: 'problem' | 'news';
  text: string;
}

export interface AppState {
  settings: Settings;
  model: { name: string; info: ModelInfo } | null;
  loadingModel: boolean;
  serverModels: readonly ServerModel[];
  recording: boolean;
  panel: Panel | null;
  /** The training panel is open; one of the two at a time. */
  training: boolean;
  help: boolean;
  /** The person hid the controls with a key; otherwise they hide by themselves. */
  controlsHidden: boolean;
  notices: readonly Notice[];
}

interface ModelSource {
  name: string;
  read(): Promise<ArrayBuffer>;
}

/** Live sound has no tracks: an unlocked look changes this often, ms. */
const LOOK_CHANGE_MS = 120_000;
const NOTICE_MS = { news: 4000, problem: 12_000 } as const;

export class App {
  readonly defaults = defaultSettings(looks);
  readonly store = createStore<AppState>({
    settings: { ...this.defaults, ...loadSettings(looks), ...parsePreset(location.hash, looks) },
    model: null,
    loadingModel: false,
    serverModels: [],
    recording: false,
    panel: null,
    training: false,
    help: false,
    controlsHidden: false,
    notices: [],
  });
  readonly readings = new FrameReadings();
  readonly visualizer: Visualizer;
  readonly sources: Sources;
  readonly training: Training;
  private readonly captures: Captures;
  private readonly calmScreen = matchMedia('(prefers-reduced-motion: reduce)');
  private notices = 0;
  private lookTimer = 0;
  private lastTrack = 0;
  /** Where the model came from that a person chose last. */
  private chosen: ModelSource | null = null;
  /** Set by the user interface. */
  onWake: (() => void) | null = null;
  chooseFiles: () => void = () => undefined;

  /** Throws the renderer's UnsupportedError where there is no WebGL 2. */
  constructor(canvas: HTMLCanvasElement) {
    const { sensitivity } = this.settings;
    this.visualizer = new Visualizer(
      canvas,
      { sensitivity, ...this.rendererOptions() },
      {
        result: (result) => this.readings.heard(result),
        drawn: (_frame, latencyMs) => this.readings.drawn(latencyMs),
        failed: (reason) => this.notify(reason, 'problem'),
      },
    );
    this.sources = new Sources(this.visualizer, {
      changed: () => this.sourceChanged(),
      problem: (reason) => this.notify(reason, 'problem'),
    });
    this.training = new Training({
      notify: (text, kind) => this.notify(text, kind),
      addFiles: (files) => this.sources.addFiles(files),
      silent: () => this.sources.store.get().kind === 'none',
      closePanel: () => this.showTraining(false),
      useServerModel: (model) => this.useServerModel(model),
      showModel: (name, bytes) => this.loadModel({ name, read: async () => bytes }),
      showChosenModel: async () => void (this.chosen && (await this.loadModel(this.chosen))),
    });
    this.captures = new Captures(canvas, this.visualizer);
    this.calmScreen.addEventListener('change', () => this.visualizer.setOptions(this.rendererOptions()));
    keepScreenOn(() => this.sources.store.get().kind !== 'none' && !this.sources.store.get().paused, this.sources.store);
    window.addEventListener('hashchange', () => this.change(parsePreset(location.hash, looks)));
  }

  get settings(): Settings {
    return this.store.get().settings;
  }

  /** Draws, and loads the bundled model. */
  async start(): Promise<void> {
    this.visualizer.start();
    void this.training.start();
    await this.run(() => this.useBundledModel());
  }

  /** Does `action`; what goes wrong becomes a message. */
  async run(action: () => unknown): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.notify(sentence(error), 'problem');
      if (!(error instanceof UserError)) console.error(error);
    }
  }

  notify(text: string, kind: Notice['kind']): void {
    const notice = { id: ++this.notices, kind, text };
    // The same message again replaces the old one.
    this.store.set({ notices: [...this.store.get().notices.filter((old) => old.text !== text).slice(-2), notice] });
    setTimeout(() => this.dismiss(notice.id), NOTICE_MS[kind]);
  }

  dismiss(id: number): void {
    const { notices } = this.store.get();
    if (notices.some((notice) => notice.id === id)) this.store.set({ notices: notices.filter((notice) => notice.id !== id) });
  }

  change(change: Partial<Settings>): void {
    const settings = { ...this.settings, ...change };
    this.store.set({ settings });
    saveSettings(settings, this.defaults);
    this.visualizer.setOptions({ sensitivity: settings.sensitivity, ...this.rendererOptions() });
  }

  toggle(key: 'lockLook' | 'flashLimiter' | 'showInfo' | 'showMeters'): void {
    const value = !this.settings[key];
    this.change({ [key]: value });
    if (key === 'lockLook') this.notify(value ? 'This look stays.' : 'The look changes with the music.', 'news');
  }

  changeSensitivity(steps: number): void {
    const { lowest, highest, step } = SENSITIVITY;
    const sensitivity = Math.min(Math.max(this.settings.sensitivity + steps * step, lowest), highest);
    this.change({ sensitivity });
    this.notify(`Sensitivity ${sensitivity > 0 ? '+' : ''}${sensitivity} dB`, 'news');
  }

  changeLook(steps: number): void {
    const at = looks.findIndex(({ id }) => id === this.settings.look);
    const next = looks[(at + steps + looks.length) % looks.length];
    if (next) this.change({ look: next.id });
    if (next) this.notify(`Look: ${next.name}`, 'news');
  }

  async togglePause(): Promise<void> {
    if (this.sources.store.get().kind === 'none') return this.sources.playDemo();
    await this.sources.togglePause();
  }

  async useBundledModel(): Promise<void> {
    await this.chooseModel({ name: 'Bundled model', read: () => fetchBytes(bundledModel) });
  }

  async useModelFile(file: File): Promise<void> {
    await this.chooseModel({ name: file.name, read: () => readModelFile(file) });
  }

  async useServerModel({ name, url }: ServerModel): Promise<void> {
    await this.chooseModel({ name, read: () => fetchBytes(url) });
  }

  /** A model or sound, whichever was dropped; with the training panel open, music to train on. */
  async open(files: readonly File[]): Promise<void> {
    const model = files.find((file) => /\.onnx$/i.test(file.name));
    const rest = files.filter((file) => !/\.(onnx|json)$/i.test(file.name));
    if (this.store.get().training && !model) return this.training.upload(files);
    if (model) await this.useModelFile(model);
    if (rest.length > 0 || !model) await this.sources.addFiles(model ? rest : files);
  }

  async savePicture(): Promise<void> {
    this.notify(`Saved as ${await this.captures.savePicture()}.`, 'news');
  }

  async toggleRecording(): Promise<void> {
    if (this.captures.recording) {
      this.store.set({ recording: false });
      const name = await this.captures.stop();
      this.notify(`Saved as ${name}.`, 'news');
      return;
    }
    this.captures.start();
    this.store.set({ recording: true });
    this.notify('Recording. Press R to stop.', 'news');
  }

  async toggleFullScreen(): Promise<void> {
    if (document.fullscreenElement) return document.exitFullscreen();
    if (!document.documentElement.requestFullscreen)
      throw new UserError('This browser has no full screen. On an iPhone, add the page to the home screen instead.');
    try {
      await document.documentElement.requestFullscreen();
    } catch {
      throw new UserError('The browser did not allow full screen.');
    }
  }

  toggleControls(): void {
    this.store.set({ controlsHidden: !this.store.get().controlsHidden });
  }

  togglePanel(panel: Panel): void {
    const open = this.store.get().panel !== panel;
    this.store.set({ panel: open ? panel : null, controlsHidden: false });
    this.showTraining(false);
    if (open && panel === 'model') void listServerModels().then((serverModels) => this.store.set({ serverModels }));
  }

  showTraining(training: boolean): void {
    if (this.store.get().training === training) return;
    this.store.set({ training, ...(training && { panel: null, controlsHidden: false }) });
    if (training) this.training.show();
    else this.training.hide();
  }

  toggleHelp(): void {
    this.store.set({ help: !this.store.get().help });
  }

  closeAll(): void {
    this.store.set({ panel: null, help: false, notices: [] });
    this.showTraining(false);
  }

  async copyLink(): Promise<void> {
    const link = new URL(formatPreset(this.settings, this.defaults), location.href).href;
    history.replaceState(null, '', link);
    try {
      await navigator.clipboard.writeText(link);
      this.notify('The link is copied.', 'news');
    } catch {
      this.notify('The link is in the address bar.', 'news');
    }
  }

  /** Shows the controls for a while. */
  wake(): void {
    this.onWake?.();
  }

  private async chooseModel(source: ModelSource): Promise<void> {
    const before = this.store.get().model;
    const { preview } = this.training;
    const previewed = preview.on;
    if (!(await this.loadModel(source))) return;
    this.chosen = source;
    // A preview that began while this one was loading is what was wanted last.
    if (previewed) preview.end();
    if (before) this.notify(`${source.name} draws now.`, 'news');
  }

  /** False while another one is being loaded. */
  private async loadModel({ name, read }: ModelSource): Promise<boolean> {
    if (this.store.get().loadingModel) return false;
    this.store.set({ loadingModel: true });
    try {
      const info = await this.visualizer.loadModel(await read());
      this.readings.setModel(info);
      this.store.set({ model: { name, info } });
      return true;
    } finally {
      this.store.set({ loadingModel: false });
    }
  }

  private rendererOptions() {
    const { look, flashLimiter, motion, sharpness, seed } = this.settings;
    const reducedMotion = motion === 'reduced' || (motion === 'system' && this.calmScreen.matches);
    return { look, flashLimiter, reducedMotion, maxPixelRatio: sharpness, seed };
  }

  private sourceChanged(): void {
    const { kind, track } = this.sources.store.get();
    clearInterval(this.lookTimer);
    if (kind === 'none') this.readings.silence();
    if (kind === 'microphone' || kind === 'tab') this.lookTimer = window.setInterval(() => this.wander(), LOOK_CHANGE_MS);
    if (kind === 'files' && track && this.lastTrack !== 0 && this.lastTrack !== track.id) this.wander();
    this.lastTrack = track?.id ?? 0;
  }

  private wander(): void {
    if (this.settings.lockLook) return;
    const at = looks.findIndex(({ id }) => id === this.settings.look);
    this.change({ look: looks[(at + 1) % looks.length]!.id });
  }
}
