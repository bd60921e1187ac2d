import { wantedOutput } from '../../../src/cli/wantedOutput';

describe('the format of an error in words that cannot be understood', () => {
  it.each([
    [['list', '-o', 'json', '--colour'], 'json'],
    [['-ojsonl', 'lst'], 'jsonl'],
    [['--output=json', 'x'], 'json'],
    [['--output', 'jsonl'], 'jsonl'],
    [['-o', 'json', '-o', 'text'], 'text'],
    [['-o', 'xml'], 'text'],
    [['-o'], 'text'],
    [[], 'text'],
  ] as const)('%j is told as %s', (argv, output) => expect(wantedOutput(argv)).toBe(output));
});
