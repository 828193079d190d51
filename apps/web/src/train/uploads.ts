// Files on their way to the server, one after another.
import { sentence } from '../errors';
import { upload } from './client';

export interface Upload {
  id: number;
  name: string;
  bytes: number;
  sent: number;
  /** Why the server did not take it. */
  problem: string | null;
}

export class Uploads {
  private list: Upload[] = [];
  private queue: { id: number; file: File }[] = [];
  private running = false;
  private ids = 0;

  /** `changed` is told the list after every change, `arrived` when all have been sent. */
  constructor(
    private readonly changed: (uploads: readonly Upload[]) => void,
    private readonly arrived: () => void,
  ) {}

  add(files: readonly File[]): void {
    const added = files.map((file) => ({ id: ++this.ids, file }));
    this.queue.push(...added);
    this.publish([...this.list, ...added.map(({ id, file }) => ({ id, name: file.name, bytes: file.size, sent: 0, problem: null }))]);
    if (!this.running) void this.run();
  }

  /** Forgets what the server did not take. */
  clear(): void {
    this.publish(this.list.filter(({ problem }) => problem === null));
  }

  private async run(): Promise<void> {
    this.running = true;
    for (let next = this.queue.shift(); next; next = this.queue.shift()) {
      const { id, file } = next;
      const problem = await this.send(id, file);
      if (problem === null) this.publish(this.list.filter((entry) => entry.id !== id));
      else this.update(id, { problem });
    }
    this.running = false;
    this.arrived();
  }

  /** Why the file was not taken; null when it was. */
  private async send(id: number, file: File): Promise<string | null> {
    try {
      const { rejected } = await upload(file, (sent) => this.update(id, { sent }));
      return rejected[0]?.reason ?? null;
    } catch (error) {
      return sentence(error);
    }
  }

  private update(id: number, change: Partial<Upload>): void {
    this.publish(this.list.map((entry) => (entry.id === id ? { ...entry, ...change } : entry)));
  }

  private publish(list: Upload[]): void {
    this.list = list;
    this.changed(list);
  }
}
