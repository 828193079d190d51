// The renderer's own end-to-end checks (src/render/render.e2e.ts), on the built module under the strict policy.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { install, renderChecks } from '../../src/render/render.e2e';
import { launch } from './support/browser';
import { openEmbeddingPage, serveEmbeddingPage } from './support/embedding';
import type { Server } from './support/server';

let server: Server;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  server = await serveEmbeddingPage();
  browser = await launch();
  ({ page } = await openEmbeddingPage(browser, server));
  await install(page, './fractalsync.js');
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

it('there are checks', () => expect(renderChecks.length).toBeGreaterThan(0));

it.each(renderChecks.map((check) => [check.name, check] as const))('%s', async (_, check) => check.run(page));
