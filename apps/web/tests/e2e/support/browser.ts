// Headless Chromium with software rendering and a WAV file as its microphone.
import { chromium, type Browser, type Page } from 'playwright-core';

const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';

export interface BrowserOptions {
  /** What the microphone hears, again and again. Without it there is no microphone. */
  microphone?: string;
  /** Whether the person allows it. */
  allow?: boolean;
  /** Title of the tab that the person shares. */
  share?: string;
  args?: readonly string[];
}

export function launch({ microphone, allow = true, share, args = [] }: BrowserOptions = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    ignoreDefaultArgs: ['--mute-audio'],
    args: [
      '--use-gl=angle',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--autoplay-policy=no-user-gesture-required',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...(microphone ? ['--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${microphone}`] : []),
      ...(allow ? ['--use-fake-ui-for-media-stream'] : ['--deny-permission-prompts']),
      ...(share ? [`--auto-select-tab-capture-source-by-title=${share}`] : []),
      ...args,
    ],
  });
}

/** Everything that a page complains of, in the order of appearance. */
export function complaints(page: Page): string[] {
  const list: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') list.push(message.text());
  });
  page.on('pageerror', (error) => list.push(String(error)));
  return list;
}

/** Generous: software rendering can occupy all of a small machine. */
const TIMEOUT_MS = 90_000;

/** A page of 600 x 400, small enough for software rendering. `prepare` runs before anything of the page does. */
export async function openPage(browser: Browser, url: string, prepare?: () => void): Promise<{ page: Page; errors: string[] }> {
  const page = await browser.newPage({ viewport: { width: 600, height: 400 } });
  page.setDefaultTimeout(TIMEOUT_MS);
  const errors = complaints(page);
  // While anyone listens, file choosers are intercepted. Begun only when a test waits for one, the browser learns of it on
  // another path than of the key that opens it, and a busy page may see the key first; so it begins here, before the page.
  page.on('filechooser', () => undefined);
  if (prepare) await page.addInitScript(prepare);
  await page.goto(url);
  return { page, errors };
}

/** Ends what a test left open. */
export async function closePages(browser: Browser): Promise<void> {
  for (const context of browser.contexts()) await context.close();
}
