import { execFileSync, spawnSync } from 'node:child_process';
import { bashScript } from '../../../src/cli/completions/bashScript';
import { commandTree } from '../../../src/cli/completions/commandTree';
import { fishScript } from '../../../src/cli/completions/fishScript';
import { zshScript } from '../../../src/cli/completions/zshScript';
import { createProgram } from '../../../src/cli/main';

const tree = commandTree(createProgram());

/** What a real bash offers once the words are typed; the last is the one under the cursor. */
function offered(...words: readonly string[]): readonly string[] {
  const script = `${bashScript(tree)}
COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _settle; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const text = execFileSync('bash', ['--norc', '-c', script, 'bash', ...words], { encoding: 'utf8' });
  return text.trim().split('\n');
}

describe('completions for bash, in a bash', () => {
  it('offer the commands, and those that begin so', () => {
    expect(offered('settle', '')).toEqual(expect.arrayContaining(['start', 'watch', 'doctor', '--output', '--help']));
    expect(offered('settle', 'wa')).toEqual(['watch']);
  });

  it('offer what a command has, on every level', () => {
    expect(offered('settle', 'ledger', '')).toEqual(expect.arrayContaining(['verify', 'rebuild', 'epoch', 'reopen']));
    expect(offered('settle', 'ledger', '')).not.toContain('watch');
    expect(offered('settle', 'ledger', 'verify', '--seal')).toEqual(['--seal-key-file']);
    expect(offered('settle', 'start', '--ho')).toEqual(['--holder']);
  });

  it('offer the choices of options and arguments, and the program’s options everywhere', () => {
    expect(offered('settle', 'list', '-o', '')).toEqual(['text', 'json', 'jsonl']);
    expect(offered('settle', 'resolve', 'an-id', '--action', 're')).toEqual(['retry', 'refund']);
    expect(offered('settle', 'completions', 'f')).toEqual(['fish']);
    expect(offered('settle', '-o', 'json', 'route', 'pa')).toEqual(['pause']);
  });

  it('offer files where a file is wanted, and nothing where nobody can know', () => {
    expect(offered('settle', 'start', '--key-file', 'package.js')).toEqual(['package.json']);
    expect(offered('settle', 'start', '--amount', '')).toEqual(['']);
  });
});

describe.each([
  ['zsh', ['-n'], zshScript],
  ['fish', ['--no-execute'], fishScript],
] as const)('completions for %s', (shell, check, scriptOf) => {
  const script = scriptOf(tree);

  it('name every command and every option', () => {
    for (const { commands, options } of tree) {
      for (const { name } of commands) expect(script).toContain(name);
      for (const flag of options.flatMap(({ flags }) => flags)) expect(script).toContain(flag.replace(/^-+/, ''));
    }
  });

  it('quote evenly, and are of the right syntax where that shell is there to tell', () => {
    const lines = script.split('\n').filter((line) => !line.startsWith('#'));
    const odd = lines.filter((line) => line.replaceAll("'\\''", '').replaceAll("\\'", '').split("'").length % 2 === 0);
    expect(odd).toEqual([]);
    const { error, status, stderr } = spawnSync(shell, check, { input: script, encoding: 'utf8' });
    if (error === undefined) expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
