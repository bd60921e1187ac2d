import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { isTerminal, legalTransitions, statuses } from '../../src/domain/status';

const root = join(__dirname, '..', '..');
const architecture = readFileSync(join(root, 'docs', 'architecture.md'), 'utf8');

/** The pages that people read on the web: those at the top, and everything in docs/. */
function pages(): readonly string[] {
  const inDocs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(root, 'docs', name));
  return [...['README.md', 'CHANGELOG.md', 'SECURITY.md'].map((name) => join(root, name)), ...inDocs].filter((file) =>
    existsSync(file),
  );
}

/** Markdown without its code blocks: what looks like a link in there is none. */
function prose(markdown: string): string {
  return markdown.replace(/^```[^\n]*\n[\s\S]*?^```/gm, '');
}

/** What does not resolve among a page's relative links, files and headings both. */
function brokenLinks(file: string, markdown: string): readonly string[] {
  const targets = [...prose(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '');
  return targets.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [path = '', anchor] = target.split('#');
    const linked = path === '' ? file : resolve(dirname(file), path);
    if (path !== '' && !existsSync(linked)) return true;
    return anchor !== undefined && !anchorsOf(path === '' ? markdown : readFileSync(linked, 'utf8')).has(anchor);
  });
}

/** Headings as GitHub names them. */
function anchorsOf(markdown: string): ReadonlySet<string> {
  const headings = [...prose(markdown).matchAll(/^#{1,6} +(.+)$/gm)].map(([, text]) => text ?? '');
  return new Set(
    headings.map((text) =>
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Paths of this repository that a text names in code style. */
function pathsIn(markdown: string): readonly string[] {
  return [...prose(markdown).matchAll(/`((?:src|test|contracts|scripts|docs)\/[^`\s*]+)`/g)].map(
    ([, path]) => path ?? '',
  );
}

/** Every arrow of a mermaid state diagram, `from>to`, sorted. */
function arrowsOf(markdown: string): readonly string[] {
  const diagram = /```mermaid\n *stateDiagram-v2\n([\s\S]*?)```/.exec(markdown)?.[1] ?? '';
  return [...diagram.matchAll(/^ *(\S+) --> (\S+?)(?::.*)?$/gm)].map(([, from, to]) => `${from}>${to}`).sort();
}

function section(markdown: string, heading: string): string {
  return new RegExp(`^## ${heading}\\n([\\s\\S]*?)(?=^## )`, 'm').exec(markdown)?.[1] ?? '';
}

describe('the state diagram', () => {
  it('shows every legal step of the code and no other', () => {
    const legal = statuses.flatMap((from) => legalTransitions[from].map((to) => `${from}>${to}`));
    const ends = statuses.filter(isTerminal).map((status) => `${status}>[*]`);
    expect(arrowsOf(architecture)).toEqual([...legal, ...ends, '[*]>PENDING'].sort());
  });

  it('would be seen to differ', () => {
    const line = '  BURNING --> FAILED: proved that no burn can land\n';
    expect(architecture).toContain(line);
    expect(arrowsOf(architecture.replace(line, ''))).not.toContain('BURNING>FAILED');
  });
});

describe('relative links', () => {
  it.each(pages().map((file) => [relative(root, file), file]))('resolve in %s', (_, file) => {
    expect(brokenLinks(file, readFileSync(file, 'utf8'))).toEqual([]);
  });

  it('would be seen to be broken', () => {
    const page = join(root, 'docs', 'architecture.md');
    const text = '# A\n[a](#a) [b](#b) [c](nothing.md) [d](../src/domain/status.ts) [e](https://example.org/x)\n';
    expect(brokenLinks(page, text)).toEqual(['#b', 'nothing.md']);
  });
});

describe('paths of this repository', () => {
  const missing = (text: string): readonly string[] => pathsIn(text).filter((path) => !existsSync(join(root, path)));

  it.each(pages().map((file) => [relative(root, file), file]))('exist where %s names them', (_, file) => {
    expect(missing(readFileSync(file, 'utf8'))).toEqual([]);
  });

  it('stand in every row of the fault table: where it is handled, and which test holds it', () => {
    const rows = section(architecture, 'Faults')
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .slice(2)
      .map((line) => line.split('|').map((cell) => cell.trim()));
    expect(rows.length).toBeGreaterThan(30);
    for (const [, fault, , where = '', test = ''] of rows) {
      expect({ fault, where: pathsIn(where).length > 0 }).toEqual({ fault, where: true });
      const tests = pathsIn(test);
      expect({ fault, test: tests.length > 0 || test.startsWith('none') }).toEqual({ fault, test: true });
      expect(tests.filter((path) => !/\.(test\.ts|t\.sol)$/.test(path))).toEqual([]);
    }
  });

  it('would be seen to be missing', () => {
    expect(missing('`src/domain/status.ts` and `src/domain/nothing.ts`')).toEqual(['src/domain/nothing.ts']);
  });
});

describe('SECURITY.md', () => {
  const security = readFileSync(join(root, 'SECURITY.md'), 'utf8');
  const isTest = (path: string): boolean => /\.(test\.ts|t\.sol)$/.test(path);
  /** Those who may do harm, each with what is said of him; without what needs no code to be true. */
  const actors = (markdown: string): readonly (readonly [string, string])[] =>
    [...section(markdown, 'Who can do what harm').matchAll(/^### (.+)\n([\s\S]*?)(?=^### |$(?![\s\S]))/gm)].map(
      ([, actor = '', text = '']) => [actor, text],
    );
  const untested = (markdown: string): readonly string[] =>
    actors(markdown).flatMap(([actor, text]) => {
      const tests = pathsIn(text).filter(isTest);
      return tests.length > 0 && tests.every((path) => existsSync(join(root, path))) ? [] : [actor];
    });

  it('names for every attacker tests that exist', () => {
    expect(actors(security).length).toBeGreaterThanOrEqual(9);
    expect(untested(security)).toEqual([]);
  });

  it('would be seen to name none', () => {
    const renamed = security.replaceAll('chains.quorum.test.ts', 'chains.gone.test.ts');
    expect(untested(renamed)).toEqual(['A lying or captured RPC endpoint']);
  });

  it('says of every stolen key which test shows its bound', () => {
    const [, keys = ''] = actors(security).find(([actor]) => actor === 'A stolen key') ?? [];
    const rows = keys.split('\n').filter((line) => /^\| \w/.test(line) && !line.startsWith('| key '));
    expect(rows.length).toBeGreaterThanOrEqual(5);
    expect(rows.filter((row) => !pathsIn(row).some(isTest))).toEqual([]);
  });

  it('is short', () => {
    expect(security.split('\n').length).toBeLessThanOrEqual(150);
  });
});

describe('decision records', () => {
  it('are numbered without a gap and short', () => {
    const files = readdirSync(join(root, 'docs', 'adr')).sort();
    expect(files.map((name) => Number(name.slice(0, 4)))).toEqual(files.map((_, index) => index + 1));
    for (const name of files) {
      const text = readFileSync(join(root, 'docs', 'adr', name), 'utf8');
      expect(text.split('\n').length).toBeLessThan(60);
      for (const part of ['## Context', '## Decision', '## Consequences']) expect(text).toContain(part);
    }
  });
});
