// Runs TypeScript that is not part of dist/ (tests' tools): swc strips the types as it is required, as jest does it.
import { transformFileSync } from '@swc/core';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** @param {string} file an absolute path, without ending */
export function requireTypeScript(file) {
  process.setSourceMapsEnabled(true);
  require.extensions['.ts'] = (module, filename) => {
    const { code } = transformFileSync(filename, {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'commonjs' },
      sourceMaps: 'inline',
    });
    module._compile(code, filename);
  };
  return require(file);
}
