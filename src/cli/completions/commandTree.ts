import type { Command } from 'commander';

export interface CompletableOption {
  /** As they are typed: -o, --output. */
  readonly flags: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  readonly isFile: boolean;
  readonly choices: readonly string[];
}

/** One command as a shell completes it. */
export interface CompletableCommand {
  /** From the program on: "settle ledger verify". */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly CompletableOption[];
  /** Of its argument, where there are some to choose from. */
  readonly choices: readonly string[];
}

/** Every command of the program with the options it takes, the program's own among them. */
export function commandTree(program: Command): readonly CompletableCommand[] {
  const walk = (command: Command, parents: readonly string[]): readonly CompletableCommand[] => {
    const path = [...parents, command.name()];
    const options = [...command.options, ...(command === program ? [] : program.options)];
    const own: CompletableCommand = {
      path: path.join(' '),
      commands: command.commands.map((sub) => ({ name: sub.name(), description: sub.description() })),
      options: [...options.map(toOption), help],
      choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    };
    return [own, ...command.commands.flatMap((sub) => walk(sub, path))];
  };
  return walk(program, []);
}

const help: CompletableOption = {
  flags: ['-h', '--help'],
  description: 'display help for command',
  takesValue: false,
  isFile: false,
  choices: [],
};

function toOption(option: Command['options'][number]): CompletableOption {
  const { short, long, description, flags, argChoices } = option;
  return {
    flags: [short, long].filter((flag) => flag !== undefined),
    description,
    takesValue: option.required || option.optional,
    isFile: flags.includes('<file>'),
    choices: argChoices ?? [],
  };
}
