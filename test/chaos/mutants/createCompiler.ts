import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** Compiles single files of one project as its build would, and keeps in mind what it has read of the rest. */
export interface Compiler {
  /** The JavaScript of a file (a path from the root, `src/...`) as it stands now. @throws Error when it does not compile */
  compile(file: string): string;
}

/** The build's own: what ships has no failpoint. */
const { stripFailpoints } = createRequire(__filename)('../../../scripts/strip-failpoints.cjs') as {
  readonly stripFailpoints: ts.TransformerFactory<ts.SourceFile>;
};

export function createCompiler(root: string): Compiler {
  const configPath = join(root, 'tsconfig.build.json');
  const config = ts.getParsedCommandLineOfConfigFile(
    configPath,
    // What a bug leaves unused is no reason not to build it.
    { noUnusedLocals: false, noUnusedParameters: false, incremental: false, declaration: false, sourceMap: false },
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: ({ messageText }) =>
        fail([ts.flattenDiagnosticMessageText(messageText, '\n')]),
    },
  );
  if (!config) throw new Error(`no ${configPath}`);
  const options = { ...config.options, tsBuildInfoFile: undefined };
  const service = ts.createLanguageService({
    getScriptFileNames: () => config.fileNames,
    // Only ours ever change.
    getScriptVersion: (file) => (relative(root, file).startsWith('src') ? (ts.sys.createHash?.(read(file)) ?? '') : ''),
    getScriptSnapshot: (file) => (ts.sys.fileExists(file) ? ts.ScriptSnapshot.fromString(read(file)) : undefined),
    getCurrentDirectory: () => root,
    getCompilationSettings: () => options,
    getCustomTransformers: () => ({ before: [stripFailpoints] }),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (path) => ts.sys.fileExists(path),
    readFile: (path, encoding) => ts.sys.readFile(path, encoding),
    readDirectory: (...asked) => ts.sys.readDirectory(...asked),
    directoryExists: (path) => ts.sys.directoryExists(path),
    getDirectories: (path) => ts.sys.getDirectories(path),
    realpath: (path) => ts.sys.realpath?.(path) ?? path,
  });
  return {
    compile(file) {
      const path = join(root, file);
      const problems = [...service.getSyntacticDiagnostics(path), ...service.getSemanticDiagnostics(path)];
      if (problems.length > 0)
        fail(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')));
      const emitted = service.getEmitOutput(path).outputFiles.find(({ name }) => name.endsWith('.js'));
      if (!emitted) throw new Error(`${file} compiles to nothing`);
      return emitted.text;
    },
  };
}

function read(file: string): string {
  return readFileSync(file, 'utf8');
}

function fail(what: readonly string[]): never {
  throw new Error(`it does not compile: ${what.join('; ')}`);
}
