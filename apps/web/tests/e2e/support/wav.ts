// Test sounds as WAV files.
import { writeFileSync } from 'node:fs';

/** 16 bits by default, or float32, mono. */
export function wav(samples: ArrayLike<number>, rate: number, format: 'int16' | 'float32' = 'int16'): Buffer {
  const bytes = format === 'int16' ? 2 : 4;
  const file = Buffer.alloc(44 + bytes * samples.length);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + bytes * samples.length, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(format === 'int16' ? 1 : 3, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * bytes, 28);
  file.writeUInt16LE(bytes, 32);
  file.writeUInt16LE(8 * bytes, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(bytes * samples.length, 40);
  for (let n = 0; n < samples.length; ++n) {
    if (format === 'float32') file.writeFloatLE(samples[n]!, 44 + 4 * n);
    else file.writeInt16LE(Math.round(32767 * Math.min(Math.max(samples[n]!, -1), 1)), 44 + 2 * n);
  }
  return file;
}

export function writeWav(path: string, samples: ArrayLike<number>, rate: number, format?: 'int16' | 'float32'): void {
  writeFileSync(path, wav(samples, rate, format));
}

/** A beat of bright noise and a bass note, `seconds` long; deterministic. */
export function beat(seconds: number, rate = 48000, level = 0.9): Float32Array {
  let seed = 1;
  const noise = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
    return seed / 2 ** 31;
  };
  return Float32Array.from({ length: Math.round(seconds * rate) }, (_, n) => {
    const t = n / rate;
    const phase = t % 0.5;
    const hat = noise() * Math.exp(-phase * 25) * ((t * 2) % 2 < 1 ? 1 : 0.3);
    const bass = Math.sin(2 * Math.PI * (phase < 0.25 ? 82 : 110) * t) * Math.exp(-phase * 4);
    const lead = 0.3 * Math.sin(2 * Math.PI * (440 + 220 * Math.floor(t % 4)) * t);
    return level * (0.45 * hat + 0.35 * bass + 0.2 * lead);
  });
}

/** A soft low tone. */
export function hum(seconds: number, rate = 48000, level = 0.02): Float32Array {
  return Float32Array.from({ length: Math.round(seconds * rate) }, (_, n) => level * Math.sin((2 * Math.PI * 110 * n) / rate));
}
