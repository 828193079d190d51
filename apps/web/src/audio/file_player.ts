// Plays one audio file of the queue at a time through a media element, which streams, seeks and decodes whatever the
// browser can.
import { UserError } from '../errors';
import type { Track } from './playlist';

export interface FilePlayerEvents {
  /** The next that is heard is the beginning of this track. */
  begins(track: Track): void;
  /** The file played to its end. */
  ended(): void;
  /** It cannot be played; `reason` is a sentence. */
  failed(track: Track, reason: string): void;
}

export class FilePlayer {
  readonly node: MediaElementAudioSourceNode;
  private readonly element = new Audio();
  private track: Track | null = null;
  private url: string | null = null;

  constructor(
    context: AudioContext,
    private readonly events: FilePlayerEvents,
  ) {
    this.element.preload = 'auto';
    this.node = context.createMediaElementSource(this.element);
    this.element.addEventListener('ended', () => this.events.ended());
    this.element.addEventListener('error', () => {
      if (this.track) this.events.failed(this.track, this.reason(this.track));
    });
  }

  /** Starts `track` from its beginning. Failures arrive by `events.failed`. */
  async play(track: Track): Promise<void> {
    this.release();
    this.track = track;
    // Whole, because seeking in what is streamed needs a server that can send parts.
    const sound = typeof track.source === 'string' ? await this.fetchSound(track, track.source) : track.source;
    if (!sound || this.track !== track) return; // another one was chosen meanwhile
    this.element.src = this.url = URL.createObjectURL(sound);
    this.events.begins(track);
    await this.resume();
  }

  async resume(): Promise<void> {
    try {
      await this.element.play();
    } catch (error) {
      const name = error instanceof DOMException ? error.name : '';
      // Another file was chosen meanwhile, or the error event tells.
      if (name === 'AbortError' || name === 'NotSupportedError') return;
      if (name === 'NotAllowedError')
        throw new UserError('The browser does not play sound before you press a button. Press play.');
      throw error;
    }
  }

  pause(): void {
    this.element.pause();
  }

  get paused(): boolean {
    return this.element.paused;
  }

  /** Seconds. */
  get position(): number {
    return this.element.currentTime;
  }

  /** Seconds; 0 while unknown. */
  get duration(): number {
    return Number.isFinite(this.element.duration) ? this.element.duration : 0;
  }

  seek(seconds: number): void {
    this.element.currentTime = Math.min(Math.max(seconds, 0), this.duration);
  }

  stop(): void {
    this.release();
    this.node.disconnect();
  }

  private release(): void {
    this.track = null;
    this.element.pause();
    this.element.removeAttribute('src');
    this.element.load();
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = null;
  }

  private async fetchSound(track: Track, url: string): Promise<Blob | null> {
    try {
      const response = await fetch(url);
      if (response.ok) return await response.blob();
    } catch {
      // Said below, like any other answer that is not the file.
    }
    this.events.failed(track, `“${track.name}” could not be loaded.`);
    return null;
  }

  private reason(track: Track): string {
    const code = this.element.error?.code;
    if (code === MediaError.MEDIA_ERR_DECODE) return `“${track.name}” is damaged: the browser stopped decoding it.`;
    return `“${track.name}” cannot be played: this browser has no decoder for it, or it is not an audio file.`;
  }
}
