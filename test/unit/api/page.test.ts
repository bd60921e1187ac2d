import fastify from 'fastify';
import { gzipSync } from 'node:zlib';
import { servePage } from '../../../src/api/servePage';

const mostBytes = 60 * 1024;

describe('the live page', () => {
  const app = fastify({ exposeHeadRoutes: false });
  servePage(app);
  afterAll(() => app.close());

  /** What a browser loads: the document, and what it and its modules name. */
  async function loadAll(): Promise<ReadonlyMap<string, string>> {
    const loaded = new Map<string, string>();
    const wanted = ['/'];
    for (const path of wanted) {
      const { statusCode, body } = await app.inject({ url: path });
      expect([path, statusCode]).toEqual([path, 200]);
      loaded.set(path, body);
      for (const [, name] of body.matchAll(/(?:"\/page\/|from '\.\/)([\w.]+)["']/g)) {
        const next = `/page/${name}`;
        if (!wanted.includes(next)) wanted.push(next);
      }
    }
    return loaded;
  }

  it(`weighs at most ${mostBytes} bytes, all of it`, async () => {
    const loaded = await loadAll();
    expect(loaded.size).toBeGreaterThan(15);
    const bytes = [...loaded.values()].reduce((sum, body) => sum + Buffer.byteLength(body), 0);
    const packed = gzipSync([...loaded.values()].join('')).length;
    console.info(`the live page: ${loaded.size} files, ${bytes} bytes, ${packed} gzipped together`);
    expect(bytes).toBeLessThanOrEqual(mostBytes);
  });

  it('is written without inline script, style or handler, and makes no markup of text', async () => {
    for (const [path, body] of await loadAll()) {
      expect([path, body.match(/innerHTML|outerHTML|insertAdjacent|document\.write|eval\(/)]).toEqual([path, null]);
      if (path === '/') expect(body).not.toMatch(/<style|style=|<script(?! type="module" src=)|\son\w+=/);
    }
  });

  it('serves its own files and no other', async () => {
    for (const url of [
      '/page/types.d.ts',
      '/page/../servePage.ts',
      '/page/%2e%2e/servePage.ts',
      '/page/',
      '/page/x.js',
    ]) {
      expect([url, (await app.inject({ url })).statusCode]).toEqual([url, 404]);
    }
  });
});
