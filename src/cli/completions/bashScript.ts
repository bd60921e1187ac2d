import type { CompletableCommand } from './commandTree';
import { optionGroups } from './optionGroups';
import { quoted } from './quoted';

/** `source <(settle completions bash)`. */
export function bashScript(tree: readonly CompletableCommand[]): string {
  const { files, others, chosen } = optionGroups(tree);
  const pattern = (flags: readonly string[]): string => flags.map(quoted).join('|');
  const wordsOf = ({ commands, options, choices }: CompletableCommand): string =>
    [...commands.map(({ name }) => name), ...choices, ...options.flatMap(({ flags }) => flags)].join(' ');
  return `# bash completion of settle; written by: settle completions bash
_settle() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path=settle words= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
      ${pattern(tree.slice(1).map(({ path }) => path))}) path="$path $word" ;;
    esac
  done
  COMPREPLY=()
  case $prev in
${chosen.map(({ flags, choices }) => `    ${pattern(flags)}) COMPREPLY=($(compgen -W ${quoted(choices.join(' '))} -- "$cur")); return ;;`).join('\n')}
    ${pattern(files)}) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
    ${pattern(others)}) return ;;
  esac
  case $path in
${tree.map((command) => `    ${quoted(command.path)}) words=${quoted(wordsOf(command))} ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _settle settle
`;
}
