import type { Output } from './session';

const outputs: readonly Output[] = ['text', 'json', 'jsonl'];

/** What -o asks for in arguments that could not be understood as a whole: the error is told in it. */
export function wantedOutput(argv: readonly string[]): Output {
  const given = argv.flatMap((word, index) => {
    if (word === '-o' || word === '--output') return [argv[index + 1]];
    return [/^(?:-o=?|--output=)(.+)$/.exec(word)?.[1]];
  });
  return outputs.find((output) => output === given.findLast((value) => value !== undefined)) ?? 'text';
}
