// News of the run: the server's event stream, merged into one status.
import { request, ServerError } from './client';
import { follow, type StreamEvent } from './events';
import type { Status } from './types';

export interface StatusListener {
  changed(status: Status, before: Status | null): void;
  /** Why there is no news; null when there is again. */
  lost(reason: string | null): void;
  /** The server wants its token; the feed is closed. */
  locked(error: ServerError): void;
}

export class StatusFeed {
  private status: Status | null = null;
  private stream: AbortController | null = null;

  constructor(private readonly listener: StatusListener) {}

  /** Follows the stream from now on. */
  open(): void {
    if (this.stream) return;
    const stream = new AbortController();
    this.stream = stream;
    const connect = (signal: AbortSignal) => request('/api/train/events', { signal, cache: 'no-store' });
    const listener = { event: (event: StreamEvent) => this.hear(event), broken: (error: unknown) => this.broken(error) };
    void follow(connect, listener, stream.signal).then(() => {
      if (this.stream === stream) this.stream = null;
    });
  }

  close(): void {
    this.stream?.abort();
    this.stream = null;
    this.listener.lost(null);
  }

  /** Takes what has changed; what has not may be left out. */
  receive(news: Partial<Status>): void {
    const before = this.status;
    this.status = { ...before, ...news } as Status;
    this.listener.changed(this.status, before);
  }

  private hear({ event, data }: StreamEvent): void {
    if (event !== 'status') return;
    this.listener.lost(null);
    this.receive(JSON.parse(data) as Partial<Status>);
  }

  /** Whether to try again. */
  private broken(error: unknown): boolean {
    if (error instanceof ServerError && error.status === 401) {
      this.listener.locked(error);
      return false;
    }
    this.listener.lost(error instanceof ServerError ? error.message : 'The server cannot be reached. Trying again.');
    return true;
  }
}
