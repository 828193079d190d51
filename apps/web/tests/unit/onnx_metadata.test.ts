import { expect, it } from 'vitest';
import { onnxMetadata } from '../../src/inference/onnx_metadata';

const text = (value: string) => [...new TextEncoder().encode(value)];

/** A length-delimited field; lengths below 16384. */
function field(number: number, content: number[]): number[] {
  const length = content.length < 128 ? [content.length] : [(content.length & 127) | 128, content.length >> 7];
  return [number * 8 + 2, ...length, ...content];
}

const property = (key: string, value: string) => field(14, [...field(1, text(key)), ...field(2, text(value))]);

it('reads what stands behind the version, the graph and a long value', () => {
  const model = [
    0x08, 0x08, // ir_version = 8
    ...field(2, text('producer')),
    ...field(7, Array.from({ length: 5000 }, (_, i) => i & 255)), // the graph
    ...property('n_fft', '2048'),
    ...property('note', 'é'.repeat(300)),
    ...property('empty', ''),
  ]; // prettier-ignore
  expect([...onnxMetadata(Uint8Array.from(model))!]).toEqual([['n_fft', '2048'], ['note', 'é'.repeat(300)], ['empty', '']]);
});

it('finds nothing in a model without them', () => {
  expect(onnxMetadata(Uint8Array.of(0x08, 0x08))!.size).toBe(0);
});

it.each([
  ['a field that is longer than the file', [0x72, 0x7f, 1, 2]],
  ['a number without end', Array<number>(20).fill(0xff)],
  ['a file that ends within a number', [0x80]],
  ['text', text('this is not a model')],
])('does not read %s', (_, bytes) => {
  expect(onnxMetadata(Uint8Array.from(bytes))).toBeNull();
});
