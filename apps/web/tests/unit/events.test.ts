import { describe, expect, it } from 'vitest';
import { backOff, EventParser, follow, type StreamEvent } from '../../src/train/events';

const STREAM = ': hello\nevent: status\ndata: {"a":1,\ndata: "b":"é€😀"}\nid: 7\n\r\n:\n\ndata:x\r\rdata\n\nevent: lonely\n\nretry: 5\ndata:  two spaces\n\n';
const EVENTS: StreamEvent[] = [
  { event: 'status', data: '{"a":1,\n"b":"é€😀"}' },
  { event: 'message', data: 'x' },
  { event: 'message', data: '' },
  { event: 'message', data: ' two spaces' },
];

describe('the parser', () => {
  it('finds the events, whatever their line ends', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const text = STREAM.replaceAll(/\r\n|\r|\n/g, end) + (end === '\r' ? '\n' : '');
      expect(new EventParser().push(text), JSON.stringify(end)).toEqual(EVENTS);
    }
  });

  it('finds the same events wherever the stream is cut', () => {
    for (let cut = 0; cut <= STREAM.length; ++cut) {
      const parser = new EventParser();
      expect([...parser.push(STREAM.slice(0, cut)), ...parser.push(STREAM.slice(cut))], `cut at ${cut}`).toEqual(EVENTS);
    }
    const parser = new EventParser();
    expect([...STREAM].flatMap((character) => parser.push(character))).toEqual(EVENTS);
  });

  it('gives nothing before the empty line', () => {
    const parser = new EventParser();
    expect(parser.push('data: almost\n')).toEqual([]);
    expect(parser.push('\n')).toEqual([{ event: 'message', data: 'almost' }]);
  });

  it('refuses a line without an end', () => {
    const parser = new EventParser();
    const megabytes = 'x'.repeat(16 << 20);
    parser.push(megabytes);
    parser.push(megabytes);
    expect(() => parser.push('x')).toThrow('without an end');
  });
});

/** An answer whose body is these pieces. */
function answer(...pieces: string[]): Response {
  const encoder = new TextEncoder();
  return new Response(
    new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(encoder.encode(piece));
        controller.close();
      },
    }),
  );
}

describe('following a stream', () => {
  it('opens it again when it ends or fails, and later each time', async () => {
    const answers = [answer('data: 1\n\n', 'data: 2\n\n'), null, null, answer('data: 3\n\n')];
    const heard: string[] = [];
    const waits: number[] = [];
    const stop = new AbortController();
    await follow(
      async () => {
        const next = answers.shift();
        if (!next) throw new TypeError('refused');
        return next;
      },
      { event: ({ data }) => (heard.push(data), data === '3' && stop.abort()), broken: () => true },
      stop.signal,
      async (ms) => void waits.push(ms),
    );
    expect(heard).toEqual(['1', '2', '3']);
    expect(waits).toEqual([1000, 2000, 4000]);
  });

  it('ends when the listener gives up', async () => {
    let opened = 0;
    const open = async () => (++opened, answer());
    await follow(open, { event: () => undefined, broken: () => opened < 3 }, new AbortController().signal, async () => undefined);
    expect(opened).toBe(3);
  });

  it('waits a quarter of a minute at most', () => {
    expect([0, 1, 2, 3, 4, 5, 60].map(backOff)).toEqual([1000, 2000, 4000, 8000, 15000, 15000, 15000]);
  });
});
