// The server's event stream (text/event-stream), read with fetch() so that it can carry the token, and opened again when it
// breaks.

export interface StreamEvent {
  /** 'message' where the stream does not name it. */
  event: string;
  data: string;
}

/** An event of this size is none of ours. */
const LARGEST_CHARACTERS = 32 << 20;

/** Cuts text that comes in pieces into events, as https://html.spec.whatwg.org/multipage/server-sent-events.html has it. */
export class EventParser {
  private rest = '';
  private event = '';
  private data: string[] = [];

  /** The events that `text` completes. Throws when one grows beyond all measure. */
  push(text: string): StreamEvent[] {
    this.rest += text;
    const events: StreamEvent[] = [];
    for (let line = this.line(); line !== null; line = this.line()) {
      if (line === '') this.finish(events);
      else this.field(line);
    }
    if (this.rest.length > LARGEST_CHARACTERS) throw new Error('an event without an end');
    return events;
  }

  /** The next whole line without its end: CR, LF or both. A CR at the end of a piece may have its LF in the next one. */
  private line(): string | null {
    const end = this.rest.search(/[\r\n]/);
    if (end < 0 || (this.rest[end] === '\r' && end + 1 === this.rest.length)) return null;
    const line = this.rest.slice(0, end);
    this.rest = this.rest.slice(end + (this.rest.startsWith('\r\n', end) ? 2 : 1));
    return line;
  }

  private field(line: string): void {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon); // '' is a comment
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') this.event = value;
    if (name === 'data') this.data.push(value);
  }

  private finish(events: StreamEvent[]): void {
    if (this.data.length > 0) events.push({ event: this.event || 'message', data: this.data.join('\n') });
    this.event = '';
    this.data = [];
  }
}

/** How long to wait before attempt 0, 1, 2 ... after a break, ms. */
export function backOff(attempt: number): number {
  return Math.min(1000 * 2 ** attempt, 15_000);
}

/** The server says something every 15 s. */
const LONGEST_SILENCE_MS = 45_000;

export interface Listener {
  event(event: StreamEvent): void;
  /** The stream broke, or could not be opened; true to try again after a while. */
  broken(error: unknown): boolean;
}

/** Reads the stream that `open` gives until `signal` is aborted or the listener gives up. */
export async function follow(
  open: (signal: AbortSignal) => Promise<Response>,
  listener: Listener,
  signal: AbortSignal,
  wait: (ms: number, signal: AbortSignal) => Promise<void> = pause,
): Promise<void> {
  let attempt = 0;
  while (!signal.aborted) {
    try {
      await readStream(open, signal, (event) => {
        attempt = 0;
        listener.event(event);
      });
      throw new Error('the stream has ended');
    } catch (error) {
      if (signal.aborted || !listener.broken(error)) return;
    }
    await wait(backOff(attempt++), signal);
  }
}

async function readStream(
  open: (signal: AbortSignal) => Promise<Response>,
  signal: AbortSignal,
  receive: (event: StreamEvent) => void,
): Promise<void> {
  const silence = new AbortController();
  const either = AbortSignal.any([signal, silence.signal]);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), LONGEST_SILENCE_MS);
  };
  heard();
  try {
    const reader = (await open(either)).body!.pipeThrough(new TextDecoderStream()).getReader();
    const parser = new EventParser();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      heard();
      for (const event of parser.push(part.value)) receive(event);
    }
  } finally {
    clearTimeout(timer);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
