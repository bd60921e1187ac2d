import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

const root = resolve(__dirname, '../..');

interface Dependency {
  readonly resolved: string;
  readonly dependencyTypes: readonly string[];
}

interface Cruise {
  readonly modules: readonly { readonly source: string; readonly dependencies: readonly Dependency[] }[];
  readonly summary: { readonly violations: readonly { from: string; to: string; rule: { name: string } }[] };
}

/** Every import below `src` of a folder, judged by the project's rules. dependency-cruiser is ESM only, hence the process. */
function cruise(folder: string): Cruise {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [program, '--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json', 'src'];
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (!stdout.startsWith('{')) throw new Error(`dependency-cruiser did not answer: ${stdout}${stderr}`);
  return JSON.parse(stdout) as Cruise;
}

const violationsOf = ({ summary }: Cruise): string[] =>
  summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`).sort();

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map((file) => `src/${file}`)
  .filter((file) => /\.(ts|mjs)$/.test(file))
  .sort();
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('the imports of the sources', () => {
  const seen = cruise(root);
  const edges = seen.modules.flatMap(({ source, dependencies }) =>
    dependencies.map((dependency) => ({ from: source, to: dependency.resolved, types: dependency.dependencyTypes })),
  );
  const typeOnly = ({ types }: { types: readonly string[] }): boolean => types.includes('type-only');

  it('were all seen, those of types too', () => {
    expect(seen.modules.map(({ source }) => source).filter((file) => file.startsWith('src/'))).toEqual(
      expect.arrayContaining(sources),
    );
    expect(sources.length).toBeGreaterThan(80);
    expect(edges.filter((edge) => edge.to.startsWith('src/')).length).toBeGreaterThan(200);
    // Without a TypeScript it can use, dependency-cruiser sees none of these.
    expect(edges.filter(typeOnly).length).toBeGreaterThan(50);
    const known = (from: string, to: string) => edges.find((edge) => edge.from === from && edge.to === to);
    expect(known('src/activities/burnUntilFinal.ts', 'src/lanes/settleOperation.ts')).toBeDefined();
    expect(known('src/chains/chain.ts', 'src/config.ts')?.types).toContain('type-only');
    expect(known('src/lanes/settleOperation.ts', 'src/chains/readNonce.ts')?.types).not.toContain('type-only');
  });

  it('point the way the design says', () => {
    expect(violationsOf(seen)).toEqual([]);
  });

  it("bring no package but Temporal's into the workflow sandbox, not even through the domain", () => {
    const reached = new Set(sources.filter((file) => file.startsWith('src/workflows/')));
    for (const file of reached) {
      for (const edge of edges) if (edge.from === file && !typeOnly(edge)) reached.add(edge.to);
    }
    const files = [...reached];
    expect(files).toContain('src/domain/status.ts');
    expect(files).toContain('node_modules/@temporalio/workflow/lib/index.js');
    const allowed = /^src\/(workflows|domain)\/|^node_modules\/@temporalio\/(workflow|common)\//;
    expect(files.filter((file) => !allowed.test(file))).toEqual([]);
  });
});

/** One file a forbidden arrow, and beside each what is allowed: the rules must tell them apart. */
const wrong: Record<string, { text: string; breaks: string[] }> = {
  'src/domain/money.ts': { text: "import '../config';", breaks: ['domain-imports: -> src/config.ts'] },
  'src/domain/order.ts': {
    text: "import type { A } from '../chains/a'; export type B = A;",
    breaks: ['domain-imports: -> src/chains/a.ts'],
  },
  'src/workflows/saga.ts': { text: "import '../lanes/a';", breaks: ['workflows-imports: -> src/lanes/a.ts'] },
  'src/workflows/value.ts': {
    text: "import { a } from '../activities/a'; export const b = a;",
    breaks: ['workflows-imports-as-types: -> src/activities/a.ts'],
  },
  'src/workflows/package.ts': {
    text: "import '@temporalio/client';",
    breaks: ['workflows-packages: -> node_modules/@temporalio/client/index.js'],
  },
  'src/workflows/core.ts': { text: "import 'node:fs';", breaks: ['workflows-packages: -> fs'] },
  'src/workflows/lazy.ts': {
    text: "export const a = () => import('../chains/a');",
    breaks: ['workflows-imports: -> src/chains/a.ts'],
  },
  'src/workflows/failpoint.ts': {
    text: "import '../failpoint';",
    breaks: ['workflows-imports: -> src/failpoint.ts'],
  },
  'src/chains/ledger.ts': { text: "import '../ledger/a';", breaks: ['chains-imports: -> src/ledger/a.ts'] },
  'src/chains/lanes.ts': {
    text: "import type { A } from '../lanes/a'; export type B = A;",
    breaks: ['chains-imports: -> src/lanes/a.ts'],
  },
  'src/chains/config.ts': {
    text: "import { c } from '../config'; export const d = c;",
    breaks: ['chains-imports-as-types: -> src/config.ts'],
  },
  'src/ledger/chains.ts': { text: "export * from '../chains/a';", breaks: ['ledger-imports: -> src/chains/a.ts'] },
  'src/lanes/activities.ts': {
    text: "require('../activities/a');",
    breaks: ['lanes-imports: -> src/activities/a.ts'],
  },
  'src/activities/workflows.ts': {
    text: "import '../workflows/a';",
    breaks: ['activities-imports: -> src/workflows/a.ts'],
  },
  'src/recovery/activities.ts': {
    text: "import '../activities/a';",
    breaks: ['recovery-imports: -> src/activities/a.ts'],
  },
  'src/recovery/client.ts': {
    text: "import '../cli/a';",
    breaks: ['cli-is-an-end: -> src/cli/a.ts', 'recovery-imports: -> src/cli/a.ts'],
  },
  'src/payloads/lanes.ts': { text: "import '../lanes/a';", breaks: ['payloads-imports: -> src/lanes/a.ts'] },
  'src/client/lanes.ts': { text: "import '../lanes/a';", breaks: ['client-moves-nothing: -> src/lanes/a.ts'] },
  'src/api/lanes.ts': { text: "import '../lanes/a';", breaks: ['api-moves-nothing: -> src/lanes/a.ts'] },
  'src/api/cli.ts': { text: "import '../cli/a';", breaks: ['cli-is-an-end: -> src/cli/a.ts'] },
  'src/api/local.ts': { text: "import '../local/a';", breaks: ['local-is-an-end: -> src/local/a.ts'] },
  'src/api/worker.ts': { text: "import '../worker';", breaks: ['worker-is-an-end: -> src/worker.ts'] },
  'src/api/nowhere.ts': { text: "import './nowhereElse';", breaks: ['resolvable: -> ./nowhereElse'] },
  'src/api/development.ts': {
    text: "import 'typescript';",
    breaks: ['no-development-package: -> node_modules/typescript/index.js'],
  },
  'src/api/circle.ts': { text: "import './circleBack';", breaks: ['no-circle: -> src/api/circleBack.ts'] },
  // A circle is told once.
  'src/api/circleBack.ts': { text: "import './circle';", breaks: [] },
};

const right: Record<string, string> = {
  'src/config.ts': 'export const c = 1; export type C = typeof c;',
  'src/worker.ts': 'export {};',
  'src/failpoint.ts': 'export {};',
  'src/domain/a.ts': "import './b'; export type A = 1;",
  'src/domain/b.ts': 'export {};',
  'src/workflows/a.ts':
    "import '../domain/a'; import '@temporalio/workflow'; import '@temporalio/common'; import type { A } from '../activities/a'; export type B = A;",
  'src/chains/a.ts':
    "import '../domain/a'; import type { C } from '../config'; import type {} from 'typescript'; export type A = C;",
  'src/ledger/a.ts': "import '../domain/a'; import '../failpoint'; export {};",
  'src/lanes/a.ts': "import '../domain/a'; import '../chains/a'; import '../ledger/a'; export type A = 1;",
  'src/activities/a.ts':
    "import '../domain/a'; import '../chains/a'; import '../ledger/a'; import '../lanes/a'; export const a = 1; export type A = 1;",
  'src/recovery/a.ts':
    "import '../domain/a'; import '../chains/a'; import '../ledger/a'; import '../lanes/a'; export {};",
  'src/cli/a.ts': "import './b'; import '../config';",
  'src/cli/b.ts': 'export {};',
  'src/local/a.ts': "import './b';",
  'src/local/b.ts': 'export {};',
  'src/api/typesOnly.ts': "import type { B } from './typesBack'; export type A = B;",
  'src/api/typesBack.ts': "import type { A } from './typesOnly'; export type B = A;",
  'package.json': JSON.stringify({
    dependencies: { '@temporalio/workflow': '1', '@temporalio/common': '1', '@temporalio/client': '1' },
    devDependencies: { typescript: '6' },
  }),
  ...Object.fromEntries(
    ['@temporalio/workflow', '@temporalio/common', '@temporalio/client', 'typescript'].flatMap((name) => [
      [`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0' })],
      [`node_modules/${name}/index.js`, ''],
    ]),
  ),
};

describe('the rules for imports', () => {
  it('find each forbidden arrow of a made-up project, and nothing else in it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'settlement-architecture-'));
    try {
      const texts = { ...right, ...Object.fromEntries(Object.entries(wrong).map(([file, { text }]) => [file, text])) };
      for (const [file, text] of Object.entries(texts)) {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        writeFileSync(join(folder, file), `${text}\n`);
      }
      const expected = Object.entries(wrong).flatMap(([file, { breaks }]) =>
        breaks.map((broken) => broken.replace(': ->', `: ${file} ->`)),
      );
      expect(violationsOf(cruise(folder))).toEqual(expected.sort());
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

function parse(text: string): ts.SourceFile {
  return ts.createSourceFile('file.ts', text, ts.ScriptTarget.ES2022, true);
}

/** Where a file takes anything from the environment: `process.env` in each of the ways it can be written. */
function environmentReads(text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isProcess = (part: ts.Node | undefined): boolean => /^(globalThis\.)?process$/.test(part?.getText() ?? '');
    if (ts.isPropertyAccessExpression(node) && isProcess(node.expression) && node.name.text === 'env') {
      found.push(node.getText());
    }
    if (ts.isElementAccessExpression(node) && isProcess(node.expression)) found.push(node.getText());
    if (ts.isVariableDeclaration(node) && isProcess(node.initializer) && node.name.getText().includes('env')) {
      found.push(node.getText());
    }
    if (ts.isImportDeclaration(node) && /^['"](node:)?process['"]$/.test(node.moduleSpecifier.getText())) {
      if (/\benv\b/.test(node.importClause?.getText() ?? '')) found.push(node.getText());
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(text));
  return found;
}

describe('the environment', () => {
  it('is found however it is read', () => {
    for (const text of [
      'const a = process.env.HOME;',
      "const a = process['env'];",
      'const { env } = process;',
      'const { env: e, pid } = process;',
      'const a = globalThis.process.env;',
      "import { env } from 'node:process';",
      'const a = { ...process.env };',
    ]) {
      expect({ text, found: environmentReads(text).length }).toEqual({ text, found: 1 });
    }
    expect(
      environmentReads('// process.env\nconst env = { a: process.pid, b: process.argv }; f("process.env");'),
    ).toEqual([]);
  });

  it('is read by src/config.ts and nobody else', () => {
    const readers = sources.filter((file) => environmentReads(textOf(file)).length > 0);
    expect(sources).toContain('src/local/guard.mjs'); // plain scripts too
    expect(readers).toEqual(['src/config.ts']);
  });
});

/** What a module keeps that one run could leave for the next: variables, and collections nobody declared read-only. */
function moduleState(text: string): string[] {
  return parse(text).statements.flatMap((statement) => {
    if (ts.isClassDeclaration(statement)) {
      return statement.members.filter(isMutableStatic).map((member) => member.name?.getText() ?? '(static)');
    }
    if (!ts.isVariableStatement(statement)) return [];
    const { declarations, flags } = statement.declarationList;
    return declarations
      .filter((declaration) => (flags & ts.NodeFlags.Const) === 0 || isMutableCollection(declaration))
      .map((declaration) => declaration.name.getText());
  });
}

function isMutableStatic(member: ts.ClassElement): boolean {
  if (!ts.isPropertyDeclaration(member)) return false;
  const has = (kind: ts.SyntaxKind): boolean => member.modifiers?.some((modifier) => modifier.kind === kind) === true;
  return has(ts.SyntaxKind.StaticKeyword) && (!has(ts.SyntaxKind.ReadonlyKeyword) || isMutableCollection(member));
}

function isMutableCollection({ type, initializer }: ts.VariableDeclaration | ts.PropertyDeclaration): boolean {
  if (initializer === undefined || /^(readonly |Readonly)/.test(type?.getText() ?? '')) return false;
  if (ts.isNewExpression(initializer)) {
    return /^((Weak)?(Map|Set)|Array|Object|\w+Array)$/.test(initializer.expression.getText());
  }
  if (ts.isArrayLiteralExpression(initializer)) return true;
  // An object that starts empty is there to be filled; one with fields is a table unless its type says otherwise.
  if (ts.isObjectLiteralExpression(initializer)) {
    return initializer.properties.length === 0 || /^(Partial<)?Record</.test(type?.getText() ?? '');
  }
  return false;
}

describe('modules that run in the workflow sandbox', () => {
  it('are seen through when they keep something', () => {
    for (const text of [
      'let a = 1;',
      'var a = 1;',
      'export let a: string | undefined;',
      'const a = new Map();',
      'export const a = new Set<string>();',
      'const a: Map<string, number> = new Map();',
      'const a = [];',
      "const a: string[] = ['x'];",
      'const a = {};',
      'const a: Record<string, number> = { b: 1 };',
      'class A { static a = 0; }',
      'class A { static readonly a = new Map(); }',
    ]) {
      expect({ text, kept: moduleState(text) }).toEqual({ text, kept: ['a'] });
    }
    for (const text of [
      'const a = 1;',
      "const a = ['x'] as const;",
      'const a: ReadonlySet<string> = new Set();',
      'const a: readonly string[] = [];',
      'const a: Readonly<Record<string, number>> = { b: 1 };',
      'function f() { let a = 1; const b = []; return [a, b]; }',
      'class A { a = new Map(); static readonly b = 1; }',
    ]) {
      expect({ text, kept: moduleState(text) }).toEqual({ text, kept: [] });
    }
  });

  it('keep nothing at module scope', () => {
    const sandboxed = sources.filter((file) => /^src\/(workflows|domain)\//.test(file));
    expect(sandboxed.length).toBeGreaterThan(20);
    const keepers = sandboxed.flatMap((file) => moduleState(textOf(file)).map((name) => `${file}: ${name}`));
    expect(keepers).toEqual([]);
  });
});
