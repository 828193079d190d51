// A page of somebody else's that embeds the module, for tests that need more of it than the app shows.
import type { Browser, Page } from 'playwright-core';
import type * as Module from '../../../src/embed';
import { openPage } from './browser';
import { serve, type Server } from './server';

declare global {
  interface Window {
    fractalsync: typeof Module;
  }
}

const PAGE = `<!doctype html>
<title>Somebody’s page</title>
<link rel="icon" href="icon.svg">
<canvas width="320" height="180"></canvas>
<script type="module" src="page.js"></script>`;
const SCRIPT = `import * as fractalsync from './fractalsync.js';
window.fractalsync = fractalsync;`;

/** `files` are served beside it. */
export function serveEmbeddingPage(files: Record<string, Buffer> = {}): Promise<Server> {
  return serve({ ...files, 'embed.html': PAGE, 'page.js': SCRIPT });
}

/** `window.fractalsync` is the module. */
export async function openEmbeddingPage(browser: Browser, server: Server): Promise<{ page: Page; errors: string[] }> {
  const opened = await openPage(browser, `${server.url}embed.html`);
  await opened.page.waitForFunction(() => 'fractalsync' in window);
  return opened;
}
