// The queue of audio files: which there are, which one plays. Plain data; the FilePlayer does what it says.

export interface Song {
  /** The file's name. */
  file: string;
  /** For people: that without its extension, unless it has another. */
  name?: string;
  /** A file from disk, or the address of one that comes with the app. */
  source: File | string;
}

export type Track = Required<Song> & { id: number };

const EXTENSION = /\.[a-z0-9]{1,5}$/i;

export class Playlist {
  private list: Track[] = [];
  private at = -1;
  private ids = 0;

  get tracks(): readonly Track[] {
    return this.list;
  }

  /** -1 when nothing is chosen. */
  get index(): number {
    return this.at;
  }

  get current(): Track | null {
    return this.list[this.at] ?? null;
  }

  /** Appends and returns the first of the new tracks. */
  add(songs: readonly Song[]): Track | null {
    const first = this.list.length;
    for (const song of songs) this.list.push({ id: ++this.ids, name: song.file.replace(EXTENSION, ''), ...song });
    return this.list[first] ?? null;
  }

  select(id: number): Track | null {
    this.at = this.list.findIndex((track) => track.id === id);
    return this.current;
  }

  /** The next track; null at the end, and the choice stays. */
  next(): Track | null {
    if (this.at + 1 >= this.list.length) return null;
    ++this.at;
    return this.current;
  }

  /** The one before; the first one again at the beginning. */
  previous(): Track | null {
    this.at = Math.max(this.at - 1, Math.min(0, this.list.length - 1));
    return this.current;
  }

  /** Removing the current one chooses what follows it. */
  remove(id: number): void {
    const index = this.list.findIndex((track) => track.id === id);
    if (index < 0) return;
    this.list.splice(index, 1);
    if (index < this.at || this.at >= this.list.length) --this.at;
  }

  clear(): void {
    this.list = [];
    this.at = -1;
  }
}

const AUDIO_NAME = /\.(wav|flac|ogg|oga|opus|mp3|m4a|aac|aif|aiff|weba|webm|mp4)$/i;

/** The files that can be sound, by type or name; what else was dropped is left out. */
export function audioFiles(files: Iterable<File>): File[] {
  return [...files].filter((file) => /^(audio|video)\//.test(file.type) || AUDIO_NAME.test(file.name));
}
