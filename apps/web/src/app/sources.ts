// Which sound is shown: one microphone, a shared tab, or the queue of files. One at a time; a new one is opened before the
// old one ends, so that a refusal changes nothing.
import { FilePlayer } from '../audio/file_player';
import { listMicrophones, openMicrophone, openTab, type LiveSource, type Microphone } from '../audio/live_sources';
import { audioFiles, Playlist, type Song, type Track } from '../audio/playlist';
import { sentence, UserError } from '../errors';
import { anyJourney, journeyOf } from '../inference/journey';
import type { Visualizer } from '../visualizer';
import { demoTracks } from './demo_tracks';
import { createStore } from './store';

export interface SourceState {
  kind: 'none' | 'microphone' | 'tab' | 'files';
  /** For people. */
  name: string;
  paused: boolean;
  opening: boolean;
  microphones: readonly Microphone[];
  /** Id of the one in use or last chosen; '' is the system's default. */
  microphone: string;
  tracks: readonly Track[];
  track: Track | null;
}

export interface SourceEvents {
  /** Another track or another source is heard. */
  changed(): void;
  problem(reason: string): void;
}

export class Sources {
  readonly store = createStore<SourceState>({
    kind: 'none',
    name: '',
    paused: false,
    opening: false,
    microphones: [],
    microphone: '',
    tracks: [],
    track: null,
  });
  private readonly playlist = new Playlist();
  private live: LiveSource | null = null;
  private player: FilePlayer | null = null;
  /** Tracks that could not be played, one after another: the end of the search for one that can. */
  private failures = 0;

  constructor(
    private readonly visualizer: Visualizer,
    private readonly events: SourceEvents,
  ) {
    navigator.mediaDevices?.addEventListener?.('devicechange', () => void this.refreshMicrophones());
  }

  useMicrophone(id = this.store.get().microphone): Promise<void> {
    return this.useLive('microphone', () => openMicrophone(id || undefined), id);
  }

  useTab(): Promise<void> {
    return this.useLive('tab', openTab);
  }

  /** Appends the audio files among `files` to the queue and plays the first of them. */
  async addFiles(files: Iterable<File>): Promise<void> {
    const given = [...files];
    const sound = audioFiles(given);
    if (sound.length === 0 && given.length > 0)
      throw new UserError(
        given.length === 1
          ? `“${given[0]!.name}” is not an audio file.`
          : 'None of these is an audio file. WAV, FLAC, Ogg, Opus, MP3 and M4A will do.',
      );
    await this.enqueue(sound.map((file) => ({ file: file.name, source: file })));
  }

  async playDemo(): Promise<void> {
    const known = new Set(this.playlist.tracks.map(({ source }) => source));
    const fresh = demoTracks.filter(({ source }) => !known.has(source));
    if (fresh.length > 0) return this.enqueue(fresh);
    const first = this.playlist.tracks.find(({ source }) => source === demoTracks[0]?.source);
    return first ? this.play(first) : undefined;
  }

  async select(id: number): Promise<void> {
    const track = this.playlist.select(id);
    if (track) await this.play(track);
  }

  async next(): Promise<void> {
    this.failures = 0;
    const track = this.playlist.next();
    if (track) await this.play(track);
  }

  async previous(): Promise<void> {
    this.failures = 0;
    // As players do: first to the beginning of this track.
    if (this.player && this.player.position > 3) return this.player.seek(0);
    const track = this.playlist.previous();
    if (track) await this.play(track);
  }

  async remove(id: number): Promise<void> {
    const wasCurrent = this.store.get().kind === 'files' && this.playlist.current?.id === id;
    this.playlist.remove(id);
    this.publishTracks();
    if (!wasCurrent) return;
    const track = this.playlist.current;
    if (track) await this.play(track);
    else this.stop();
  }

  seekBy(seconds: number): void {
    if (this.player) this.player.seek(this.player.position + seconds);
  }

  seek(seconds: number): void {
    this.player?.seek(seconds);
  }

  /** Seconds; null unless a file plays. */
  progress(): { position: number; duration: number } | null {
    const { player } = this;
    return player ? { position: player.position, duration: player.duration } : null;
  }

  async togglePause(): Promise<void> {
    const { kind, paused } = this.store.get();
    if (kind === 'none') return;
    if (paused) {
      await this.visualizer.resume();
      await this.player?.resume();
    } else {
      this.player?.pause();
      await this.visualizer.pause();
    }
    this.store.set({ paused: !paused });
  }

  stop(): void {
    this.release();
    this.visualizer.disconnect();
    this.store.set({ kind: 'none', name: '', paused: false, track: null });
    this.events.changed();
  }

  private async useLive(kind: 'microphone' | 'tab', open: () => Promise<LiveSource>, id = ''): Promise<void> {
    if (this.store.get().opening) return;
    this.store.set({ opening: true });
    try {
      // Both within the user's gesture.
      const [source, context] = await bothOrNeither(open(), this.visualizer.audio());
      this.release();
      this.live = source;
      source.onEnded = () => {
        this.stop();
        this.events.problem(
          kind === 'tab' ? 'The sharing has ended.' : 'The microphone is gone. Connect it again, or choose another one.',
        );
      };
      this.visualizer.connect(context.createMediaStreamSource(source.stream), false);
      this.visualizer.begin(anyJourney());
      this.store.set({ kind, name: source.name, paused: false, track: null });
      if (kind === 'microphone') this.store.set({ microphone: id });
      this.events.changed();
    } finally {
      this.store.set({ opening: false });
    }
    await this.refreshMicrophones();
  }

  private async enqueue(songs: readonly Song[]): Promise<void> {
    this.failures = 0;
    const first = this.playlist.add(songs);
    this.publishTracks();
    if (first) await this.select(first.id);
  }

  private async play(track: Track): Promise<void> {
    this.playlist.select(track.id);
    const context = await this.visualizer.audio();
    if (!this.player) {
      this.release();
      this.player = new FilePlayer(context, {
        begins: ({ file }) => this.visualizer.begin(journeyOf(file)),
        ended: () => this.attempt(this.afterTrack()),
        failed: (failed, reason) => this.attempt(this.skipFailed(failed, reason)),
      });
      this.visualizer.connect(this.player.node, true);
    }
    this.store.set({ kind: 'files', name: track.name, paused: false, track });
    this.events.changed();
    await this.player.play(track);
  }

  private async afterTrack(): Promise<void> {
    this.failures = 0;
    const track = this.playlist.next();
    if (track) await this.play(track);
    else this.stop();
  }

  private async skipFailed(track: Track, reason: string): Promise<void> {
    this.events.problem(reason);
    if (this.playlist.current?.id !== track.id) return;
    this.failures += 1;
    const next = this.failures < this.playlist.tracks.length ? this.playlist.next() : null;
    if (next) await this.play(next);
    else this.stop();
  }

  /** What happens by itself has no caller to tell of a failure. */
  private attempt(work: Promise<void>): void {
    work.catch((error: unknown) => this.events.problem(sentence(error)));
  }

  private release(): void {
    if (this.live) this.live.onEnded = null;
    this.live?.stop();
    this.live = null;
    this.player?.stop();
    this.player = null;
  }

  private publishTracks(): void {
    this.store.set({ tracks: [...this.playlist.tracks] });
  }

  private async refreshMicrophones(): Promise<void> {
    this.store.set({ microphones: await listMicrophones() });
  }
}

/** Both results; when the second fails, the source that was opened is stopped. */
async function bothOrNeither(opening: Promise<LiveSource>, audio: Promise<AudioContext>): Promise<[LiveSource, AudioContext]> {
  audio.catch(() => undefined); // reported below, after the source
  const source = await opening;
  try {
    return [source, await audio];
  } catch (error) {
    source.stop();
    throw error;
  }
}
