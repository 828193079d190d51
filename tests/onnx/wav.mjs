// Reads the .wav files of these tests: mono, 22 050 Hz, 32-bit float.
import { readFileSync } from 'node:fs';

/** Samples of the sound in `path`. */
export function readWav(path) {
  const file = readFileSync(path);
  const text = (at) => file.toString('latin1', at, at + 4);
  if (text(0) !== 'RIFF' || text(8) !== 'WAVE') throw new Error(`${path}: not a wave file`);
  let format = '';
  for (let at = 12; at + 8 <= file.length; ) {
    const size = file.readUInt32LE(at + 4);
    const content = at + 8;
    if (text(at) === 'fmt ') {
      const [code, channels] = [file.readUInt16LE(content), file.readUInt16LE(content + 2)];
      format = `${code} ${channels} ${file.readUInt32LE(content + 4)} ${file.readUInt16LE(content + 14)}`;
    }
    if (text(at) === 'data') {
      if (format !== '3 1 22050 32') throw new Error(`${path}: not mono, 22 050 Hz, 32-bit float`);
      return new Float32Array(file.buffer.slice(file.byteOffset + content, file.byteOffset + content + size));
    }
    at = content + size + (size % 2);
  }
  throw new Error(`${path}: holds no sound`);
}
