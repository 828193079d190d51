// Reads the .npy files that this project writes: version 1.0, float32, C order.
import { readFileSync } from 'node:fs';

/** {shape, values} of the float32 array in `path`. */
export function readNpy(path) {
  const file = readFileSync(path);
  if (file.subarray(0, 6).toString('latin1') !== '\x93NUMPY' || file[6] !== 1) throw new Error(`${path}: not .npy 1.0`);
  const start = 10 + file.readUInt16LE(8);
  const header = file.subarray(10, start).toString('latin1');
  if (!header.includes("'<f4'") || !header.includes('False')) throw new Error(`${path}: not float32 in C order`);
  const shape = /\(([^)]*)\)/.exec(header)[1].split(',').filter((n) => n.trim()).map(Number);
  const values = new Float32Array(file.buffer.slice(file.byteOffset + start, file.byteOffset + file.length));
  if (values.length !== shape.reduce((a, b) => a * b, 1)) throw new Error(`${path}: its length is not its shape's`);
  return { shape, values };
}
