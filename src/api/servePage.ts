import type { FastifyInstance } from 'fastify';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** Beside this file, in src/ and in dist/: the build copies it. */
const folder = join(__dirname, 'page');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Its own files and its own API, nothing inline, nobody's frame; and no text can become markup or code, even by mistake. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const headers = {
  // Kept by the browser, and asked about each time: after an upgrade no old module meets a new one.
  'cache-control': 'no-cache',
  'content-security-policy': contentSecurityPolicy,
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
} as const;

/** The live page at `/`: plain files, open to all; what they show is asked of the API with a token. */
export function servePage(app: FastifyInstance): void {
  for (const name of readdirSync(folder)) {
    const type = types[extname(name)];
    if (type === undefined) continue;
    const bytes = withoutNotes(name, readFileSync(join(folder, name)));
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
    app.get(name === 'index.html' ? '/' : `/page/${name}`, async (request, reply) => {
      void reply.headers({ ...headers, etag });
      const known = request.headers['if-none-match']?.split(',').map((one) => one.trim().replace(/^W\//, '')) ?? [];
      if (known.includes(etag)) return reply.code(304).send();
      return reply.type(type).send(bytes);
    });
  }
}

/** Types and reasons are for who reads the source: of what a module weighs they are a seventh. Only whole lines are taken. */
function withoutNotes(name: string, bytes: Buffer): Buffer {
  if (extname(name) !== '.js') return bytes;
  return Buffer.from(bytes.toString('utf8').replace(/^[ ]*\/\*\*(?:[^*]|\*(?!\/))*\*\/\n/gm, ''));
}
