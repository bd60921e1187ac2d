import type { CompletableCommand } from './commandTree';
import { optionGroups } from './optionGroups';
import { quoted } from './quoted';

/** `source <(settle completions zsh)`, or a file _settle in $fpath. */
export function zshScript(tree: readonly CompletableCommand[]): string {
  const { files, others, chosen } = optionGroups(tree);
  const pattern = (flags: readonly string[]): string => flags.map(quoted).join('|');
  const described = (name: string, description: string): string =>
    quoted(`${name.replaceAll(':', '\\:')}:${description.replaceAll(':', '\\:')}`);
  const wordsOf = ({ commands, options, choices }: CompletableCommand): string =>
    [
      ...commands.map(({ name, description }) => described(name, description)),
      ...choices.map((choice) => described(choice, '')),
      ...options.flatMap(({ flags, description }) => flags.map((flag) => described(flag, description))),
    ].join(' ');
  return `#compdef settle
# zsh completion of settle; written by: settle completions zsh
_settle() {
  local at=settle word prev=\${words[CURRENT-1]}
  local -a found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in
      (${pattern(tree.slice(1).map(({ path }) => path))}) at="$at $word" ;;
    esac
  done
  case $prev in
${chosen.map(({ flags, choices }) => `    (${pattern(flags)}) compadd -- ${choices.map(quoted).join(' ')}; return ;;`).join('\n')}
    (${pattern(files)}) _files; return ;;
    (${pattern(others)}) return ;;
  esac
  case $at in
${tree.map((command) => `    (${quoted(command.path)}) found=(${wordsOf(command)}) ;;`).join('\n')}
  esac
  _describe settle found
}
if [[ "$funcstack[1]" == _settle ]]; then _settle "$@"; else compdef _settle settle; fi
`;
}
