import { Argument, type Command } from 'commander';
import { bashScript } from '../completions/bashScript';
import { commandTree } from '../completions/commandTree';
import { fishScript } from '../completions/fishScript';
import { zshScript } from '../completions/zshScript';
import { print } from '../printRecords';
import type { GlobalOptions } from '../session';
import { withExamples } from '../withExamples';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };
type Shell = keyof typeof scripts;

export function addCompletions(program: Command): void {
  const completions = program
    .command('completions')
    .addArgument(new Argument('<shell>', 'which').choices(Object.keys(scripts)))
    .description('print the script that has a shell complete commands and options')
    .action((shell: Shell, _options: object, command: Command) => {
      const { output } = command.optsWithGlobals<GlobalOptions>();
      const script = scripts[shell](commandTree(program));
      if (output === 'text') print(script.trimEnd());
      else print(JSON.stringify({ shell, script }, null, output === 'json' ? 2 : 0));
    });
  withExamples(
    completions,
    'source <(settle completions bash)       # in ~/.bashrc',
    'source <(settle completions zsh)        # in ~/.zshrc, after compinit',
    'settle completions fish | source        # in ~/.config/fish/config.fish',
  );
}
