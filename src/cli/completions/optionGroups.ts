import type { CompletableCommand, CompletableOption } from './commandTree';

/** What may follow an option, whatever command it is given to; the same flag means the same everywhere. */
export interface OptionGroups {
  readonly files: readonly string[];
  /** A value that no shell can know. */
  readonly others: readonly string[];
  readonly chosen: readonly { readonly flags: readonly string[]; readonly choices: readonly string[] }[];
}

export function optionGroups(tree: readonly CompletableCommand[]): OptionGroups {
  const byFlags = new Map<string, CompletableOption>();
  for (const option of tree.flatMap(({ options }) => options)) byFlags.set(option.flags.join(), option);
  const valued = [...byFlags.values()].filter(({ takesValue }) => takesValue);
  const flagsOf = (options: readonly CompletableOption[]) => options.flatMap(({ flags }) => flags);
  return {
    files: flagsOf(valued.filter(({ isFile }) => isFile)),
    others: flagsOf(valued.filter(({ isFile, choices }) => !isFile && choices.length === 0)),
    chosen: valued.filter(({ choices }) => choices.length > 0),
  };
}
