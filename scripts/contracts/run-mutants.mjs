// Plants one bug after the other in a copy of the contracts and sees to it that a test turns red.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from './compile.mjs';
import { findFailures } from './forge.mjs';
import { mutants } from './mutants.mjs';

const invariantSuites = 'InvariantsTest|ChaosTest';
const timeoutMs = 300_000;

/** The edited text of the mutant's file; throws unless the text to be replaced stands there exactly once. */
function mutate({ name, file, find, replace }) {
  const text = readFileSync(join(repositoryRoot, file), 'utf8').replaceAll('\r\n', '\n');
  const count = text.split(find).length - 1;
  if (count !== 1) throw new Error(`mutant "${name}": its text stands ${count} times in ${file}, not once`);
  return text.replace(find, () => replace);
}

/** With what forge built already, so that it compiles the edited file only. */
function makeCopy() {
  const directory = mkdtempSync(join(tmpdir(), 'settlement-mutants-'));
  for (const path of ['foundry.toml', 'contracts', 'scripts/contracts']) {
    cpSync(join(repositoryRoot, path), join(directory, path), {
      recursive: true,
      preserveTimestamps: true,
      // Forge replays failures that it kept: they would kill mutants that no test kills.
      filter: (source) => !/contracts[\\/]cache[\\/](fuzz|invariant)/.test(source),
    });
  }
  symlinkSync(join(repositoryRoot, 'node_modules'), join(directory, 'node_modules'), 'junction');
  return directory;
}

const run = (directory, ...options) => findFailures({ directory, options, timeoutMs });
const runOthers = (directory) => run(directory, '--fail-fast', '--no-match-contract', invariantSuites);
const runInvariants = (directory) => run(directory, '--match-contract', invariantSuites);

async function check(directory, mutant) {
  const path = join(directory, mutant.file);
  const original = readFileSync(join(repositoryRoot, mutant.file), 'utf8');
  writeFileSync(path, mutate(mutant));
  try {
    const { failures } = await runOthers(directory);
    let killedBy = failures[0]?.test;
    let violated = [];
    if (!killedBy || mutant.invariants) {
      const red = (await runInvariants(directory)).failures;
      // A run that only did not get anywhere proves nothing: the reason must name an invariant.
      violated = red.flatMap(({ reason }) => /I[1-5](?=: )/.exec(reason) ?? []).sort();
      killedBy ??= red[0]?.test;
    }
    const killed = Boolean(killedBy) && (!mutant.invariants || violated.length > 0);
    return { name: mutant.name, killed, killedBy, violated: [...new Set(violated)] };
  } catch (error) {
    return { name: mutant.name, killed: false, error: error.message };
  } finally {
    writeFileSync(path, original);
    rmSync(join(directory, 'contracts/cache/fuzz'), { recursive: true, force: true });
    rmSync(join(directory, 'contracts/cache/invariant'), { recursive: true, force: true });
  }
}

/**
 * @param {{ only?: string, workers?: number, log: (line: string) => void }} options `only`: a part of the names wanted
 * @returns one result a mutant: killed or not, by which test, and which invariant was violated where one had to be
 */
export async function runMutants({ only = '', workers = 2, log }) {
  const wanted = mutants.filter(({ name }) => name.includes(only));
  // Fail at once, not after minutes, when an edit does not fit any more.
  mutants.forEach(mutate);
  const directories = [];
  try {
    for (let i = 0; i < workers; i += 1) directories.push(makeCopy());
    log('baseline: the contracts as they are');
    for (const { failures } of [await runOthers(directories[0]), await runInvariants(directories[0])]) {
      if (failures.length > 0) throw new Error(`the tests fail without any mutant: ${failures[0].test}`);
    }
    const queue = [...wanted];
    const results = new Map();
    await Promise.all(
      directories.map(async (directory) => {
        for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
          const result = await check(directory, mutant);
          results.set(mutant, result);
          log(
            `${String(results.size).padStart(3)}/${wanted.length}  ${result.killed ? 'killed  ' : 'SURVIVED'}  ${mutant.name}`,
          );
        }
      }),
    );
    return wanted.map((mutant) => results.get(mutant));
  } finally {
    for (const directory of directories) rmSync(directory, { recursive: true, force: true });
  }
}
