// Pictures and videos of what is shown, saved as files.
import { UserError } from '../errors';
import { createRecorder } from '../render';
import type { Visualizer } from '../visualizer';

export class Captures {
  private recorder: ReturnType<typeof createRecorder> | null = null;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly visualizer: Visualizer,
  ) {}

  get recording(): boolean {
    return this.recorder !== null;
  }

  /** Returns the file's name. */
  async savePicture(): Promise<string> {
    return save(await this.visualizer.png(), 'png');
  }

  /** Picture and sound from now on. */
  start(): void {
    const recorder = createRecorder(this.canvas, this.visualizer.stream ?? undefined);
    recorder.start();
    this.recorder = recorder;
  }

  /** Returns the file's name. */
  async stop(): Promise<string> {
    const { recorder } = this;
    if (!recorder) throw new UserError('Nothing is being recorded.');
    this.recorder = null;
    let video: Blob;
    try {
      video = await recorder.stop();
    } catch (error) {
      throw new UserError(error instanceof Error ? error.message : String(error)); // a sentence of the recorder's
    }
    return save(video, recorder.mime.includes('mp4') ? 'mp4' : 'webm');
  }
}

/** Two digits each: 20260131-201503. */
function timestamp(date: Date): string {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}

function save(blob: Blob, extension: string): string {
  const name = `fractalsync-${timestamp(new Date())}.${extension}`;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return name;
}
