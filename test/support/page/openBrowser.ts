import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { projectRoot } from '../../../src/local/projectRoot';

export interface PageOptions {
  readonly url: string;
  readonly token?: string | null;
  readonly view?: string;
  readonly dark?: boolean;
  readonly width?: number;
}

export interface OpenPage {
  readonly page: Page;
  /** What a page must never do: errors of its own, what its policy forbids, and requests to others. */
  readonly wrongs: readonly string[];
  /** Method, path and resume point of each request for a stream of events. */
  readonly streams: readonly (string | undefined)[];
  close(): Promise<void>;
}

export interface TestBrowser {
  open(options: PageOptions): Promise<OpenPage>;
  close(): Promise<void>;
}

/** The machine's own Chromium. @throws Error that says what to install */
export async function openBrowser(): Promise<TestBrowser> {
  const browser = await chromium.launch(launchOptions());
  return { open: (options) => openPage(browser, options), close: () => browser.close() };
}

function launchOptions(): { executablePath: string; args: string[] } {
  const script = join(projectRoot(), 'scripts', 'ensure-chromium.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--json'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr.trim());
  return JSON.parse(stdout) as { executablePath: string; args: string[] };
}

async function openPage(browser: Browser, options: PageOptions): Promise<OpenPage> {
  const { url, token = null, view = '#/', dark = false, width = 1200 } = options;
  const context = await browser.newContext({
    viewport: { width, height: width < 500 ? 812 : 900 },
    colorScheme: dark ? 'dark' : 'light',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  const wrongs: string[] = [];
  const streams: (string | undefined)[] = [];
  page.on('pageerror', (error) => wrongs.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // The browser's own word on an answer that is an error, or none: tests that cause one look at what the page says.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      wrongs.push(message.text());
  });
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) wrongs.push(`asked ${request.url()}`);
    if (request.url().endsWith('/events')) streams.push(request.headers()['last-event-id']);
  });
  page.on('dialog', (dialog) => {
    wrongs.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(token === null ? `${url}/${view}` : `${url}/#token=${token}`);
  if (token !== null && view !== '#/') await page.goto(`${url}/${view}`);
  return { page, wrongs, streams, close: () => context.close() };
}

/** Every shown text with too little contrast, and how many were looked at. */
export function lowContrast(page: Page): Promise<{ looked: number; found: readonly string[] }> {
  return page.evaluate(readFileSync(join(__dirname, 'lowContrast.js'), 'utf8'));
}
