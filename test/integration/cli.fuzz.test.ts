import fc from 'fast-check';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commandTree, type CompletableCommand } from '../../src/cli/completions/commandTree';
import { createProgram, run } from '../../src/cli/main';
import { devAccounts } from '../../src/local/devAccounts';
import { startTestStack, type TestStack } from '../support/testStack';

/** Exits that words alone may lead to: never 1, whatever they are. */
const exits = [0, 2, 3, 4, 75, 78];

interface Told {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command in this process: 200 processes would take as many seconds. */
async function settle(argv: readonly string[]): Promise<Told> {
  const texts = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    jest.spyOn(process[name], 'write').mockImplementation((text) => {
      texts[name] += String(text);
      return true;
    }),
  );
  try {
    return { code: await run(argv), ...texts };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const junk = fc.oneof(
  fc.string({ maxLength: 70 }),
  fc.string({ unit: 'binary', maxLength: 20 }).filter((text) => !text.includes('\0')), // no argument can hold it
  fc.constantFrom(
    '',
    '-',
    '--',
    '--=',
    '-o',
    '__proto__',
    'constructor',
    '../../etc/passwd',
    '/',
    '/dev/null',
    '[object Object]',
  ),
  fc.constantFrom('0', '-1', '1e18', 'NaN', 'Infinity', '0x10', '1.5', '9'.repeat(400), '٣', '1_000', '00000', ' 1'),
  fc.constantFrom(
    'text',
    'json',
    'jsonl',
    'alder',
    'birch',
    'alice',
    'bob',
    'USDS',
    'refund',
    'bash',
    `0x${'11'.repeat(20)}`,
  ),
);

/** Mostly what a person would type, with some of it wrong. */
function wordsFor(command: CompletableCommand): fc.Arbitrary<readonly string[]> {
  const option = fc.constantFrom(...command.options.filter(({ flags }) => !flags.includes('--config'))).chain((one) => {
    const value = one.choices.length > 0 ? fc.oneof(fc.constantFrom(...one.choices), junk) : junk;
    const flag = fc.constantFrom(...one.flags);
    if (!one.takesValue) return flag.map((text) => [text]);
    return fc.oneof(
      fc.tuple(flag, value),
      fc.tuple(flag, value).map(([text, given]) => [`${text}=${given}`]),
    );
  });
  const some = fc.array(
    fc.oneof({ weight: 4, arbitrary: option }, { weight: 1, arbitrary: junk.map((text) => [text]) }),
    {
      maxLength: 6,
    },
  );
  const names = command.path.split(' ').slice(1);
  return fc
    .tuple(fc.boolean(), some)
    .map(([isFirst, more]) => (isFirst ? [...names, ...more.flat()] : [...more.flat(), ...names]));
}

/** A whole start of which some words are replaced. */
const starts: fc.Arbitrary<readonly string[]> = fc
  .record({
    id: fc.oneof(fc.constantFrom('fuzz-1', 'fuzz-2'), junk),
    from: fc.oneof(fc.constant('alder'), junk),
    to: fc.oneof(fc.constant('birch'), junk),
    amount: fc.oneof(fc.constant('1'), junk),
    holder: fc.oneof(fc.constant('alice'), junk),
    recipient: fc.oneof(fc.constant('bob'), junk),
    'valid-for': fc.oneof(fc.constant('3600'), junk),
    'max-attempts': fc.oneof(fc.constant('3'), junk),
  })
  .map((fields) => ['start', ...Object.entries(fields).map(([name, value]) => `--${name}=${value}`)]);

const tree = commandTree(createProgram());
const anyOf = (without: readonly string[]): fc.Arbitrary<readonly string[]> =>
  fc.constantFrom(...tree.filter(({ path }) => !without.includes(path))).chain(wordsFor);

describe('no words make settle exit 1 or show a stack', () => {
  let stack: TestStack;
  let dead: string;
  beforeAll(async () => {
    stack = await startTestStack({ confirmations: 1, mintWindowMs: 60_000 });
    await stack.startWorker();
    const accounts = Object.values(devAccounts());
    writeFileSync(join(dirname(stack.configPath), 'stack.json'), JSON.stringify({ accounts }));
    const json = JSON.parse(readFileSync(stack.configPath, 'utf8')) as { chains: object[] };
    const chains = json.chains.map((chain) => ({ ...chain, rpcUrl: 'http://127.0.0.1:1', rpcTimeoutMs: 500 }));
    dead = join(dirname(stack.configPath), 'dead.json');
    writeFileSync(dead, JSON.stringify({ ...json, chains, ledger: { databaseUrl: 'postgresql://u@127.0.0.1:1/x' } }));
  });
  afterAll(() => stack.close());

  const hold = async (words: readonly string[], config: string): Promise<void> => {
    const { code, stderr } = await settle(['-c', config, ...words]);
    expect({ words, known: exits.includes(code), code, stderr }).toMatchObject({ known: true });
    expect({ words, stack: /^ {4}at /m.test(stderr) ? stderr : null }).toEqual({ words, stack: null });
    expect({ words, internal: stderr.includes('INTERNAL') ? stderr : null }).toEqual({ words, internal: null });
    // What does not go well says why.
    if (code === 2) expect({ words, stderr }).not.toEqual({ words, stderr: '' });
  };

  // reconcile waits for a worker and does what it does; epoch and rebuild would close the ledger, as they should.
  const withoutEffect = ['settle reconcile', 'settle ledger epoch', 'settle ledger rebuild'];

  test('on a stack that works', async () => {
    const words = fc.oneof({ weight: 3, arbitrary: anyOf(withoutEffect) }, { weight: 2, arbitrary: starts });
    await fc.assert(
      fc.asyncProperty(words, (argv) => hold(argv, stack.configPath)),
      { numRuns: 140, interruptAfterTimeLimit: 400_000, markInterruptAsFailure: true },
    );
  }, 450_000);

  test('where chains and ledger are away', async () => {
    const words = anyOf(['settle reconcile', 'settle start']);
    await fc.assert(
      fc.asyncProperty(words, (argv) => hold(argv, dead)),
      { numRuns: 80, interruptAfterTimeLimit: 400_000, markInterruptAsFailure: true },
    );
  }, 450_000);
});
