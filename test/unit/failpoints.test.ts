import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { failpoints } from '../../src/failpoint';
import { nameOf } from '../chaos/failpoints/armory';
import { routes } from '../chaos/failpoints/routes';

const root = resolve(__dirname, '../..');

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The name in every call, and whatever stands there where it is none. */
function namesCalledIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'failpoint') {
      const [name] = node.arguments;
      found.push(name && ts.isStringLiteral(name) ? name.text : (name?.getText() ?? ''));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What the build makes of a text. */
function strip(text: string): { readonly code: string; readonly error: string } {
  const stripper = pathToFileURL(join(root, 'scripts', 'strip-failpoints.cjs')).href;
  const script = `import ts from 'typescript'; import { stripFailpoints } from '${stripper}';
    const made = ts.transpileModule(process.argv[1], { fileName: 'src/text.ts', compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
      transformers: { before: [stripFailpoints] } });
    process.stdout.write(made.outputText);`;
  const args = ['--input-type=module', '--eval', script, text];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  return { code: stdout, error: stderr };
}

describe('failpoints', () => {
  test('stand each at one place, and each place has its own', () => {
    const sources = filesUnder('src').filter((file) => file.endsWith('.ts'));
    expect(sources.flatMap(namesCalledIn).sort()).toEqual([...failpoints].sort());
    const rooms = sources.filter((file) => namesCalledIn(file).length > 0).map((file) => file.slice(root.length + 1));
    expect(rooms.filter((file) => !/^src\/(activities|lanes|ledger|reconciliation)\//.test(file))).toEqual([]);
  });

  test('are each led to by the chaos suite', () => {
    const led = new Set(routes.flatMap(({ points }) => points.map(nameOf)));
    expect(failpoints.filter((name) => !led.has(name))).toEqual([]);
    const points = routes.flatMap((route) => route.points);
    expect(new Set(points).size).toBe(points.length);
  });
});

describe('what ships', () => {
  const shipped = filesUnder('dist').filter((file) => !/\/\.[^/]+$/.test(file)); // but the compiler's own notes

  test('has neither a failpoint nor a name of one', () => {
    expect(shipped.length).toBeGreaterThan(400);
    const words = ['failpoint', ...failpoints];
    const found = shipped.filter((file) => {
      const text = readFileSync(file, 'utf8').toLowerCase();
      return words.some((word) => text.includes(word) || file.slice(root.length).includes(word));
    });
    expect(found).toEqual([]);
  });

  test('is what stands around them: calls and import are left out, and nothing else', () => {
    const before = "import { failpoint } from '../failpoint'; import { a } from './a'; export function f() { a(1); ";
    const with1 = strip(`${before} failpoint('mint-final'); a(2); if (a) { failpoint('mint-owned', ...[a()]); } }`);
    const without = strip("import { a } from './a'; export function f() { a(1); a(2); if (a) { } }");
    expect(with1.code).toContain('a)(2)');
    expect(with1.code).toBe(without.code);
  });

  test.each(["if (1) failpoint('mint-final');", "const b = failpoint('mint-final');", 'export const c = failpoint;'])(
    'is not built with one that cannot be left out: %s',
    (text) => {
      const { code, error } = strip(`import { failpoint } from '../failpoint'; ${text}`);
      expect(error).toContain('failpoint outside of a block');
      expect(code).toBe('');
    },
  );
});
