// The browser that the live page is tested with: Debian's Chromium. Installed where that can be done (root, apt), else said in words.
// `npm test` runs it first. It fails nothing by itself: without a browser the page's own tests fail, and say the same.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Headless, without what Chromium does by itself: what it asks of the network is the page's doing. */
export const chromiumArguments = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const advice = 'no Chromium: install it (Debian: apt-get install chromium), or name one in CHROMIUM_PATH';

/** Its path. @throws Error that says what to install */
export function findChromium() {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (existsSync(given)) return given;
    throw new Error(`CHROMIUM_PATH: there is no ${given}`);
  }
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)];
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name))).find((file) => existsSync(file));
  if (found) return found;
  throw new Error(advice);
}

/** @param {(line: string) => void} say */
export function ensureChromium(say) {
  try {
    return findChromium();
  } catch (error) {
    if (process.env.CHROMIUM_PATH || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) throw error;
  }
  say("installing Debian's chromium for the tests of the live page (apt-get)");
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 2] });
  apt('update', '-qq');
  apt('install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core');
  return findChromium();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // For the tests, which cannot load a module of this kind: what to launch. They fail where there is nothing.
  const isAsked = process.argv[2] === '--json';
  try {
    const executablePath = isAsked ? findChromium() : ensureChromium((line) => console.error(line));
    if (isAsked) console.log(JSON.stringify({ executablePath, args: chromiumArguments }));
  } catch (error) {
    console.error(`${error.message}; the tests of the live page ${isAsked ? 'cannot run' : 'will fail'}`);
    process.exitCode = isAsked ? 1 : 0;
  }
}
