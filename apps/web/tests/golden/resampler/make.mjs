// Makes the expected samples with soxr at its HQ setting, as training resamples (20 bits, passband to 0.913), by way of
// ffmpeg built with libsoxr. Usage: node make.mjs
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { testSignal } from './signal.mjs';

for (const rate of [16000, 44100, 48000, 96000]) {
  const raw = ['-f', 'f32le', '-ac', '1'];
  const filter = 'aresample=22050:resampler=soxr:precision=20:cutoff=0.913:internal_sample_fmt=fltp:osf=flt';
  const output = execFileSync(
    'ffmpeg',
    ['-v', 'error', ...raw, '-ar', String(rate), '-i', 'pipe:0', '-af', filter, ...raw, 'pipe:1'],
    { input: Buffer.from(testSignal(rate).buffer), maxBuffer: 1 << 24 },
  );
  writeFileSync(new URL(`soxr_hq_${rate}.f32`, import.meta.url), output);
}
