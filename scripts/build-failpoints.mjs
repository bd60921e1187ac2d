// The workers of the chaos suite `failpoints`: src/ compiled with its failpoints, and armed, to dist-failpoints/. Never shipped.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [source, target] = [join(root, 'src'), join(root, 'dist-failpoints')];
const armed = join(root, 'test', 'chaos', 'failpoints', 'armedFailpoint.ts');

// File by file, without a look at types: dist/ was built from the same sources, and with it the workflow bundle.
const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
rmSync(target, { recursive: true, force: true });
const isCode = (name) => name.endsWith('.ts') && !name.endsWith('.d.ts');
for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(isCode)) {
  const text = readFileSync(file === 'failpoint.ts' ? armed : join(source, file), 'utf8');
  const { outputText } = ts.transpileModule(text, { fileName: file, compilerOptions: { ...options, noEmit: false } });
  const to = join(target, file.replace(/\.ts$/, '.js'));
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, outputText);
}
cpSync(join(root, 'dist', 'api', 'page'), join(target, 'api', 'page'), { recursive: true });
for (const bundle of ['workflow-bundle.js', 'workflow-bundle-encrypted.js'])
  cpSync(join(root, 'dist', bundle), join(target, bundle));
