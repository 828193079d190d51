import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sentence } from '../../src/errors';
import { authorization, saveToken } from '../../src/token';
import { get, post, refusal, request, servedByFractalSync, ServerError } from '../../src/train/client';

const PAGE = 'http://localhost:8000/';
let storage: Map<string, string>;

beforeEach(() => {
  storage = new Map();
  vi.stubGlobal('location', { href: PAGE });
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => storage.get(key) ?? null,
    setItem: (key: string, value: string) => storage.set(key, value),
  });
});

afterEach(() => vi.unstubAllGlobals());

function answering(body: string, status = 200, headers: Record<string, string> = {}) {
  const fetch = vi.fn(async () => new Response(body, { status, headers }));
  vi.stubGlobal('fetch', fetch);
  return fetch;
}

describe('what the server refuses', () => {
  it.each([
    [422, '{"detail":"epochs must be at least 1."}', 'epochs must be at least 1.'],
    [413, '<html>nginx</html>', 'That is more than the server takes at once.'],
    [502, '', 'The server answered 502, and does not say why.'],
    [500, '{"detail":{"deep":1}}', 'The server answered 500, and does not say why.'],
    [500, 'null', 'The server answered 500, and does not say why.'],
  ])('%i with %s is said in a sentence', async (status, body, words) => {
    answering(body, status);
    const error = await get('/api/audio').catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ServerError);
    expect((error as ServerError).status).toBe(status);
    expect(sentence(error)).toBe(words);
  });

  it('keeps the status for those who act on it', () => {
    expect(refusal(401, '').status).toBe(401);
  });
});

it('says that the server cannot be reached', async () => {
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('Failed to fetch');
  });
  expect(sentence(await request('/api/audio').catch((error: unknown) => error))).toMatch(/^The server cannot be reached/);
  expect(await servedByFractalSync()).toBe(false);
});

it('says that an answer is damaged', async () => {
  answering('{"files": [');
  expect(sentence(await get('/api/audio').catch((error: unknown) => error))).toMatch(/^The server’s answer is damaged/);
});

it('passes on that a request was given up', async () => {
  vi.stubGlobal('fetch', async () => {
    throw new DOMException('', 'AbortError');
  });
  await expect(request('/api/train/events')).rejects.toHaveProperty('name', 'AbortError');
});

it('sends JSON, and the token once there is one', async () => {
  const fetch = answering('{}');
  await post('/api/train/start', { epochs: 5 });
  saveToken('secret');
  await post('/api/train/stop');
  expect(fetch.mock.calls).toEqual([
    ['/api/train/start', { method: 'POST', body: '{"epochs":5}', headers: { 'content-type': 'application/json' } }],
    ['/api/train/stop', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json', authorization: 'Bearer secret' } }],
  ]);
});

it('gives the token to nobody else', () => {
  saveToken('secret');
  expect(authorization('/api/models', PAGE)).toEqual({ authorization: 'Bearer secret' });
  expect(authorization('https://example.org/model.onnx', PAGE)).toEqual({});
});

it('knows a page of its server by the header', async () => {
  answering('', 200, { 'FractalSync-Version': '0.1.0' });
  expect(await servedByFractalSync()).toBe(true);
  answering('', 200, { server: 'SimpleHTTP/0.6' });
  expect(await servedByFractalSync()).toBe(false);
});
