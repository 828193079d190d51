// Where models come from: the bundled one, a file from disk, and what a FractalSync server offers at /api/models.
import { UserError } from './errors';
import { authorization } from './token';

/** A pipeline.onnx has about 1 MB; nothing near this size is one. */
const LARGEST_MODEL_BYTES = 64 << 20;

export interface ServerModel {
  name: string;
  url: string;
}

export async function fetchBytes(url: string): Promise<ArrayBuffer> {
  let response: Response;
  try {
    response = await fetch(url, { headers: authorization(url) });
  } catch {
    throw new UserError('The model could not be loaded: the server cannot be reached.');
  }
  if (!response.ok) throw new UserError(`The model could not be loaded: the server answered ${response.status}.`);
  return response.arrayBuffer();
}

export async function readModelFile(file: File): Promise<ArrayBuffer> {
  if (file.size > LARGEST_MODEL_BYTES)
    throw new UserError(`“${file.name}” is too large for a model: a pipeline.onnx has about 1 MB.`);
  try {
    return await file.arrayBuffer();
  } catch {
    throw new UserError(`“${file.name}” could not be read.`);
  }
}

/**
 * What the server offers, `{"models": [{"name", "url", "kind"}, ...]}`; entries without an address, addresses of other
 * origins, and networks without the way from sound to their features (kind "model") are left out. Empty where the page is served without an API, as static files are.
 */
export async function listServerModels(page: string | URL = location.href): Promise<ServerModel[]> {
  try {
    const url = new URL('/api/models', page);
    const response = await fetch(url, { headers: authorization(url, page) });
    if (!response.ok || !response.headers.get('content-type')?.includes('json')) return [];
    return parseModels(await response.json(), page);
  } catch {
    return []; // no server, or not one of ours: the picker simply has no such part
  }
}

export function parseModels(answer: unknown, page: string | URL): ServerModel[] {
  const models = (answer as { models?: unknown } | null)?.models;
  if (!Array.isArray(models)) return [];
  return models.flatMap((entry: unknown) => {
    const { name, url, kind = 'pipeline' } = (entry ?? {}) as { name?: unknown; url?: unknown; kind?: unknown };
    if (typeof name !== 'string' || typeof url !== 'string' || !URL.canParse(url, page)) return [];
    if (kind !== 'pipeline') return [];
    const address = new URL(url, page);
    return address.origin === new URL(page).origin ? [{ name, url: address.href }] : [];
  });
}
