/**
 * Records what the canvas shows, and sound with it, in the best format that the browser has.
 */
import { UnsupportedError } from './types';

export interface Recorder {
  /** The container and codecs of the recording. */
  readonly mime: string;
  start(): void;
  /** Ends the recording and gives it; rejects with a sentence when the browser failed to record. */
  stop(): Promise<Blob>;
}

/** Best first: what plays everywhere, then what compresses best. */
const FORMATS_WITH_SOUND = [
  'video/mp4;codecs=avc1.640034,mp4a.40.2',
  'video/mp4;codecs=avc1.64002A,mp4a.40.2',
  'video/webm;codecs=vp9,opus',
  'video/webm;codecs=vp8,opus',
  'video/webm',
  'video/mp4',
] as const;
const FORMATS_SILENT = [
  'video/mp4;codecs=avc1.640034',
  'video/mp4;codecs=avc1.64002A',
  'video/webm;codecs=vp9',
  'video/webm;codecs=vp8',
  'video/webm',
  'video/mp4',
] as const;

/** The first format that `supported` accepts, or null. */
export function chooseFormat(withSound: boolean, supported: (mime: string) => boolean): string | null {
  return (withSound ? FORMATS_WITH_SOUND : FORMATS_SILENT).find(supported) ?? null;
}

/** Bits per second for a picture of fine moving detail: 0.15 bit per pixel, within reason. */
export function videoBitRate(width: number, height: number, fps: number): number {
  return Math.round(Math.min(Math.max(0.15 * width * height * fps, 4e6), 60e6));
}

const FPS = 60;

/** Throws UnsupportedError where the browser cannot record a canvas. */
export function createRecorder(canvas: HTMLCanvasElement, audio?: MediaStream): Recorder {
  if (typeof MediaRecorder === 'undefined' || typeof canvas.captureStream !== 'function') {
    throw new UnsupportedError('This browser cannot record the picture; Chrome, Edge, Firefox and Safari 14.1 or newer can.');
  }
  const sound = audio?.getAudioTracks() ?? [];
  const mime = chooseFormat(sound.length > 0, (type) => MediaRecorder.isTypeSupported(type));
  if (!mime) {
    throw new UnsupportedError('This browser offers none of the video formats MP4 and WebM to record in.');
  }
  let recorder: MediaRecorder | null = null;
  let chunks: Blob[] = [];
  let failure: string | null = null;
  return {
    mime,
    start() {
      if (recorder) throw new Error('The recording is already running.');
      const picture = canvas.captureStream(FPS);
      // The sound's tracks are the caller's: they are recorded, not stopped.
      const stream = new MediaStream([...picture.getVideoTracks(), ...sound]);
      chunks = [];
      failure = null;
      recorder = new MediaRecorder(stream, {
        mimeType: mime,
        videoBitsPerSecond: videoBitRate(canvas.width, canvas.height, FPS),
        audioBitsPerSecond: 192000,
      });
      recorder.ondataavailable = (event) => {
        if (event.data.size > 0) chunks.push(event.data);
      };
      recorder.onerror = (event) => {
        failure = (event as Event & { error?: DOMException }).error?.message ?? 'unknown error';
      };
      recorder.addEventListener('stop', () => picture.getTracks().forEach((track) => track.stop()));
      recorder.start(1000);
    },
    stop() {
      const running = recorder;
      if (!running) return Promise.reject(new Error('No recording is running.'));
      recorder = null;
      return new Promise<Blob>((resolve, reject) => {
        const finish = () => {
          if (failure) reject(new Error(`The browser stopped the recording: ${failure}.`));
          else if (chunks.length === 0) reject(new Error('The recording is empty: nothing was drawn while it ran.'));
          else resolve(new Blob(chunks, { type: running.mimeType || mime }));
        };
        if (running.state === 'inactive') {
          finish(); // the browser ended it before
        } else {
          running.addEventListener('stop', finish);
          running.stop();
        }
      });
    },
  };
}
