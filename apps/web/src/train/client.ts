// Requests to the server. Whatever goes wrong is one sentence: the server's own where it gives one.
import { UserError } from '../errors';
import { authorization } from '../token';
import type { UploadAnswer } from './types';

/** Its message is the server's sentence. */
export class ServerError extends UserError {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

const UNREACHABLE = 'The server cannot be reached. Is it still running?';

/** For answers that carry no sentence, as those of a proxy in between. */
const SENTENCES: Record<number, string> = {
  401: 'The server asks for its token.',
  413: 'That is more than the server takes at once.',
  429: 'The server is busy with other requests. Wait a moment and try again.',
  507: 'The server has no room left for more files. Remove some first.',
};

/** The sentence for an answer that is no success. */
export function refusal(status: number, body: string): ServerError {
  let detail: unknown;
  try {
    detail = (JSON.parse(body) as { detail?: unknown } | null)?.detail;
  } catch {
    detail = undefined; // no JSON
  }
  const sentence = typeof detail === 'string' && detail !== '' ? detail : SENTENCES[status];
  return new ServerError(sentence ?? `The server answered ${status}, and does not say why.`, status);
}

function parse<Answer>(body: string): Answer {
  try {
    return JSON.parse(body) as Answer;
  } catch {
    throw new UserError('The server’s answer is damaged. Try again.');
  }
}

/** Whether this page comes from a FractalSync server. Asks for the page's own head, which static hosts answer as well. */
export async function servedByFractalSync(page = location.href): Promise<boolean> {
  try {
    const response = await fetch(page, { method: 'HEAD', cache: 'no-store' });
    return response.headers.has('FractalSync-Version');
  } catch {
    return false; // offline, with the page from a cache
  }
}

/** The answer to a request at `path`, once it is a success. */
export async function request(path: string, options: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...options, headers: { ...authorization(path), ...options.headers } });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new UserError(UNREACHABLE);
  }
  if (!response.ok) throw refusal(response.status, await response.text().catch(() => ''));
  return response;
}

export async function get<Answer>(path: string): Promise<Answer> {
  return parse(await (await request(path)).text());
}

export async function post<Answer>(path: string, body: unknown = {}): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  return parse(await (await request(path, { method: 'POST', headers, body: JSON.stringify(body) })).text());
}

export async function remove(path: string): Promise<void> {
  await request(path, { method: 'DELETE' });
}

export async function fetchFile(path: string, name: string): Promise<File> {
  const blob = await (await request(path)).blob();
  return new File([blob], name, { type: blob.type });
}

/** Sends one file; `progress` is told how many of its bytes are on their way. (fetch() cannot tell.) */
export function upload(file: File, progress: (bytes: number) => void): Promise<UploadAnswer> {
  return new Promise((resolve, reject) => {
    const path = '/api/audio/upload';
    const form = new FormData();
    form.append('files', file, file.name);
    const call = new XMLHttpRequest();
    call.upload.onprogress = ({ loaded }) => progress(Math.min(loaded, file.size));
    call.onerror = () => reject(new UserError(UNREACHABLE));
    call.onload = () => {
      if (call.status < 200 || call.status > 299) return reject(refusal(call.status, call.responseText));
      try {
        resolve(parse<UploadAnswer>(call.responseText));
      } catch (error) {
        reject(error);
      }
    };
    call.open('POST', path);
    for (const [name, value] of Object.entries(authorization(path))) call.setRequestHeader(name, value);
    call.send(form);
  });
}
