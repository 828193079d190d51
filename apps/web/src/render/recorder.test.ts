import { describe, expect, it } from 'vitest';
import { chooseFormat, createRecorder, videoBitRate } from './recorder';
import { UnsupportedError } from './types';

describe('chooseFormat', () => {
  it('prefers MP4 with sound, then WebM', () => {
    expect(chooseFormat(true, () => true)).toBe('video/mp4;codecs=avc1.640034,mp4a.40.2');
    expect(chooseFormat(true, (mime) => mime.startsWith('video/webm'))).toBe('video/webm;codecs=vp9,opus');
    expect(chooseFormat(true, (mime) => mime === 'video/webm')).toBe('video/webm');
  });

  it('asks for no sound codec where there is no sound', () => {
    const asked: string[] = [];
    chooseFormat(false, (mime) => asked.push(mime) < 0);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.some((mime) => /opus|mp4a/.test(mime))).toBe(false);
  });

  it('is null where nothing is supported', () => {
    expect(chooseFormat(true, () => false)).toBeNull();
  });
});

describe('videoBitRate', () => {
  it('grows with the picture, within bounds', () => {
    expect(videoBitRate(320, 240, 60)).toBe(4e6);
    expect(videoBitRate(1920, 1080, 60)).toBe(Math.round(0.15 * 1920 * 1080 * 60));
    expect(videoBitRate(7680, 4320, 60)).toBe(60e6);
  });
});

describe('createRecorder', () => {
  it('says so where the browser cannot record', () => {
    expect(() => createRecorder({} as HTMLCanvasElement)).toThrow(UnsupportedError);
  });
});
