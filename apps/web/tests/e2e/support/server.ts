// Serves the built app as a strict static host does: from a sub-path, with a Content-Security-Policy that allows nothing
// inline, and nothing outside dist/ except the pages that a test adds; and lists one model at /api/models, as the
// FractalSync server does.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AddressInfo } from 'node:net';

export const DIST = fileURLToPath(new URL('../../../dist/', import.meta.url));

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.ogg': 'audio/ogg',
  '.wav': 'audio/wav',
  '.json': 'application/json',
};

export const STRICT_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
].join('; ');

export interface Server {
  /** Ends with the sub-path and a slash. */
  url: string;
  close(): Promise<void>;
}

/** `pages`: path below the server's root -> content. */
export async function serve(pages: Record<string, string | Buffer> = {}): Promise<Server> {
  if (!existsSync(join(DIST, 'index.html'))) throw new Error('dist/ is not built: run "npm run build" first');
  const prefix = '/some/where/';
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    const send = (content: string | Buffer) =>
      response
        .writeHead(200, {
          'content-type': TYPES[extname(path) || '.html'] ?? 'application/octet-stream',
          'content-security-policy': STRICT_POLICY,
          'x-content-type-options': 'nosniff',
        })
        .end(content);
    if (path === '/api/models') {
      const models = { models: [{ name: 'my music', url: `${prefix}models/pipeline.onnx` }] };
      return response.writeHead(200, { 'content-type': TYPES['.json'] }).end(JSON.stringify(models));
    }
    const page = pages[path] ?? pages[path.replace(prefix, '')];
    if (page !== undefined) return send(page);
    const file = join(DIST, normalize(path.startsWith(prefix) ? path.slice(prefix.length) || 'index.html' : '-'));
    if (path.startsWith(prefix) && file.startsWith(DIST) && existsSync(file) && statSync(file).isFile())
      return send(readFileSync(file));
    return response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}${prefix}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
