import type { CompletableCommand, CompletableOption } from './commandTree';

/** `settle completions fish | source`. */
export function fishScript(tree: readonly CompletableCommand[]): string {
  const paths = tree.slice(1).map(({ path }) => path);
  const lines = tree.flatMap(({ path, commands, options, choices }) => {
    const at = `complete -c settle -n ${word(`__settle_at '${path}'`)}`;
    return [
      ...commands.map(({ name, description }) => `${at} -a ${word(name)} -d ${word(description)}`),
      ...choices.map((choice) => `${at} -a ${word(choice)}`),
      ...options.map((option) => `${at} ${optionOf(option)}`),
    ];
  });
  return `# fish completion of settle; written by: settle completions fish
function __settle_at
  set -l at settle
  for given in (commandline -opc)[2..-1]
    if contains -- "$at $given" ${paths.map(word).join(' ')}
      set at "$at $given"
    end
  end
  test "$at" = "$argv[1]"
end
complete -c settle -f
${lines.join('\n')}
`;
}

function optionOf({ flags, description, takesValue, isFile, choices }: CompletableOption): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const value = !takesValue ? [] : isFile ? ['-r', '-F'] : ['-x'];
  const list = choices.length === 0 ? [] : ['-a', word(choices.join(' '))];
  return [...names, ...value, ...list, '-d', word(description)].join(' ');
}

/** In fish only these two mean anything between single quotes. */
function word(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
