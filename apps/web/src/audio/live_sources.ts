// Sound that comes from outside the page: a microphone, or what another tab or the whole system plays.
import { UserError } from '../errors';

/** Nothing of what makes speech clearer and music worse. */
const UNTOUCHED = { echoCancellation: false, noiseSuppression: false, autoGainControl: false } as const;

export interface Microphone {
  id: string;
  name: string;
}

export interface LiveSource {
  name: string;
  stream: MediaStream;
  /** Called when the sound ends from outside: unplugged, sharing stopped. */
  onEnded: (() => void) | null;
  stop(): void;
}

function liveSource(stream: MediaStream, track: MediaStreamTrack, fallbackName: string): LiveSource {
  const source: LiveSource = {
    name: track.label || fallbackName,
    stream,
    onEnded: null,
    stop: () => stream.getTracks().forEach((each) => each.stop()),
  };
  // Whichever track ends first: a shared tab that is closed may say so by its picture alone.
  for (const each of stream.getTracks()) each.addEventListener('ended', () => source.onEnded?.());
  return source;
}

const SECURE = 'The browser allows this only on https:// or localhost addresses. Open the page at one of these.';

/** The names of the microphones; empty names before the first permission. */
export async function listMicrophones(): Promise<Microphone[]> {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices
    .filter((device) => device.kind === 'audioinput' && device.deviceId !== '')
    .map((device, k) => ({ id: device.deviceId, name: device.label || `Microphone ${k + 1}` }));
}

/** Without `deviceId`, the system's default. */
export async function openMicrophone(deviceId?: string): Promise<LiveSource> {
  if (!navigator.mediaDevices?.getUserMedia) throw new UserError(SECURE);
  try {
    const device = deviceId ? { deviceId: { exact: deviceId } } : {};
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { ...UNTOUCHED, ...device } });
    return liveSource(stream, stream.getAudioTracks()[0]!, 'Microphone');
  } catch (error) {
    throw new UserError(microphoneSentence(error));
  }
}

function microphoneSentence(error: unknown): string {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError')
    return 'The microphone was not allowed. Allow it in the browser’s address bar and try again, or play a file instead.';
  if (name === 'NotFoundError') return 'No microphone was found. Connect one, or play a file instead.';
  if (name === 'OverconstrainedError') return 'That microphone is gone. Choose another one.';
  if (name === 'NotReadableError' || name === 'AbortError')
    return 'The microphone could not be opened: another program may be using it.';
  return `The microphone could not be opened: ${error instanceof Error ? error.message : String(error)}`;
}

/** Asks the person which tab, window or screen, and takes its sound. */
export async function openTab(): Promise<LiveSource> {
  if (!navigator.mediaDevices?.getDisplayMedia)
    throw new UserError(
      isSecureContext ? 'This browser cannot share the sound of a tab. A microphone or a file will do.' : SECURE,
    );
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getDisplayMedia({
      video: true, // nobody shares sound alone
      audio: UNTOUCHED,
      systemAudio: 'include',
    } as DisplayMediaStreamOptions);
  } catch (error) {
    const denied = error instanceof DOMException && error.name === 'NotAllowedError';
    throw new UserError(
      denied
        ? 'Nothing was shared. Choose a tab and allow its sound to follow it.'
        : `The tab could not be shared: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const [track] = stream.getAudioTracks();
  if (!track) {
    stream.getTracks().forEach((each) => each.stop());
    throw new UserError('What you shared came without sound. Share again and tick “Also share tab audio”.');
  }
  // Its picture is not needed; stopping it would end the sound too in some browsers.
  stream.getVideoTracks().forEach((each) => (each.enabled = false));
  return liveSource(stream, track, 'Shared sound');
}
