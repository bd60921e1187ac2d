// `npm run docs:cli`: writes docs/cli.md from the commands of `settle`.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireTypeScript } from './typescript.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { createProgram } = requireTypeScript(join(root, 'src', 'cli', 'main'));
const { renderReference } = requireTypeScript(join(root, 'src', 'cli', 'renderReference'));
writeFileSync(join(root, 'docs', 'cli.md'), renderReference(createProgram()));
