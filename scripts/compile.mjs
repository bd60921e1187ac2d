// Compiles src/ to dist/ as `tsc -p tsconfig.build.json` does, without the failpoints.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import stripper from './strip-failpoints.cjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const format = { getCanonicalFileName: (name) => name, getCurrentDirectory: () => root, getNewLine: () => '\n' };

function compile() {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (diagnostic) => tell([diagnostic]) };
  const config = ts.getParsedCommandLineOfConfigFile(join(root, 'tsconfig.build.json'), undefined, host);
  if (!config) return false;
  const { fileNames: rootNames, options, errors } = config;
  const program = ts.createIncrementalProgram({ rootNames, options, configFileParsingDiagnostics: errors });
  const found = [
    ...program.getConfigFileParsingDiagnostics(),
    ...program.getOptionsDiagnostics(),
    ...program.getSyntacticDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...program.getSemanticDiagnostics(),
  ];
  const { diagnostics } = program.emit(undefined, write, undefined, false, { before: [stripper.stripFailpoints] });
  tell([...found, ...diagnostics]);
  return found.length + diagnostics.length === 0;
}

/** src/failpoint.ts itself is nobody's any more. */
function write(path, text, withByteOrderMark) {
  if (!/\/failpoint\.(js|js\.map|d\.ts)$/.test(path)) ts.sys.writeFile(path, text, withByteOrderMark);
}

function tell(diagnostics) {
  if (diagnostics.length > 0) console.error(ts.formatDiagnostics(diagnostics, format));
}

process.exit(compile() ? 0 : 1);
