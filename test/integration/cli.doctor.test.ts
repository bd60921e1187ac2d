import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { devAccounts } from '../../src/local/devAccounts';
import { createLedger, type Ledger } from '../../src/ledger/createLedger';
import { rpcCall } from '../../src/local/rpcCall';
import { createTestDatabase } from '../support/createTestDatabase';
import { runSettle, type Ran } from '../support/runSettle';
import { startTestStack, type TestStack } from '../support/testStack';

interface Finding {
  readonly area: string;
  readonly health: 'ok' | 'warning' | 'failure';
  readonly check: string;
  readonly found: string;
  readonly todo: string | null;
  readonly kind: string | null;
}

interface Examined {
  readonly code: number | null;
  readonly findings: readonly Finding[];
  readonly text: string;
}

/** `settle doctor` on a real stack of which one part after another falls ill. */
describe('settle doctor', () => {
  let stack: TestStack;
  let ledger: Ledger;
  beforeAll(async () => {
    stack = await startTestStack({ confirmations: 1, mintWindowMs: 60_000, rpcTimeoutMs: 1_000 });
    ledger = createLedger({ databaseUrl: stack.databaseUrl });
  });
  afterAll(async () => {
    await ledger.close();
    await stack.close();
  });

  const file = (name: string): string => join(dirname(stack.configPath), name);
  const examine = async (args: readonly string[] = [], env: Record<string, string> = {}): Promise<Examined> => {
    const ran: Ran = await runSettle(stack.configPath, ['doctor', '-o', 'json', ...args], env);
    const { findings } = JSON.parse(ran.stdout) as { findings: Finding[] };
    return { code: ran.code, findings, text: ran.stdout + ran.stderr };
  };
  const ill = ({ findings }: Examined): readonly string[] =>
    findings
      .filter(({ health }) => health === 'failure')
      .map(({ area, check, found }) => `${area}: ${check}: ${found}`);

  type Json = { chains: Record<string, unknown>[] } & Record<string, unknown>;
  const changedConfig = (change: (json: Json) => object): string => {
    const json = JSON.parse(readFileSync(stack.configPath, 'utf8')) as Json;
    writeFileSync(file('changed.json'), JSON.stringify(change(json)));
    return file('changed.json');
  };

  test('says that no worker polls, and what to do; with one everything is well', async () => {
    const without = await examine();
    expect(without.findings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ check: 'migrations', health: 'failure', kind: 'configuration' }),
        expect.objectContaining({
          check: 'workers, workflows',
          health: 'failure',
          todo: expect.stringContaining('npm run worker'),
        }),
      ]),
    );
    await stack.startWorker();
    await stack.alder.mine(1);
    await stack.birch.mine(1);
    const well = await examine();
    expect({ code: well.code, ill: ill(well) }).toEqual({ code: 0, ill: [] });
    const checks = well.findings.map(({ area, check }) => `${area} ${check.replace(/0x\w+|127.*/, '*')}`);
    expect(checks).toEqual(
      expect.arrayContaining([
        ...['configuration file', 'temporal server', 'temporal namespace', 'temporal search attributes'],
        ...['temporal workers, workflows', 'temporal workers, activities', 'temporal reconciliation'],
        ...[
          'ledger database',
          'ledger migrations',
          'ledger epoch',
          'ledger seals',
          'ledger settlements',
          'ledger routes',
        ],
        ...[
          'endpoint *',
          'head',
          'finality',
          'gateway',
          'pauses',
          'token USDS',
          'route USDS to birch',
          'burn limit',
          'mint limit',
        ].map((check) => `alder ${check}`),
        ...['settler *', 'gas money of settler *', 'refunder *', 'reverser *'].map((check) => `birch ${check}`),
      ]),
    );
  });

  test('text groups what it found and ends with a count; jsonl is a finding a line', async () => {
    const text = await runSettle(stack.configPath, ['doctor']);
    expect(text.stdout).toMatch(/^configuration\n {2}ok {7}file: /);
    expect(text.stdout).toMatch(/\n0 failures, \d+ warnings?, \d+ ok\n$/);
    const lines = (await runSettle(stack.configPath, ['doctor', '-o', 'jsonl'])).stdout.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as Finding).health)).toEqual(expect.arrayContaining(['ok']));
    expect(lines.length).toBeGreaterThan(40);
  });

  test('shows no secret of the configuration', async () => {
    const config = changedConfig((json) => ({
      ...json,
      chains: json.chains.map((one) => ({ ...one, rpcUrl: `${String(one.rpcUrl)}/?key=canary5ecret` })),
      ledger: {
        databaseUrl: stack.databaseUrl.replace(/\/\/([^:@/]+)(:[^@]*)?@/, '//$1:canary5ecret@'),
      },
    }));
    const { text } = await examine(['-c', config]);
    expect(text).not.toContain('canary5ecret');
    for (const { privateKey } of Object.values(devAccounts())) expect(text).not.toContain(privateKey.slice(2));
  });

  test('a chain that hangs: 75, the others are told, and it does not hang itself', async () => {
    // What an RPC call may take is no bound of the doctor's.
    const config = changedConfig((json) => ({
      ...json,
      chains: json.chains.map((one) => ({ ...one, rpcTimeoutMs: 100_000 })),
    }));
    stack.birch.signal('SIGSTOP');
    const beganAt = performance.now();
    const hung = await examine(['--timeout', '3', '-c', config]);
    const tookMs = performance.now() - beganAt;
    stack.birch.signal('SIGCONT');
    expect(hung.code).toBe(75);
    expect(ill(hung).every((line) => line.startsWith('birch: '))).toBe(true);
    expect(ill(hung).length).toBeGreaterThan(0);
    expect(tookMs).toBeLessThan(30_000); // beside everything else that this machine does
  });

  test('Temporal away, or the ledger: 75, and the rest is told', async () => {
    const temporal = await examine(['--timeout', '3'], { TEMPORAL_ADDRESS: '127.0.0.1:1' });
    expect(temporal.code).toBe(75);
    expect(new Set(ill(temporal).map((line) => line.split(':')[0]))).toEqual(new Set(['temporal']));
    const config = changedConfig((json) => ({
      ...json,
      ledger: { databaseUrl: 'postgresql://u:canary5ecret@127.0.0.1:1/x' },
    }));
    const database = await examine(['-c', config]);
    expect({ code: database.code, ill: ill(database) }).toEqual({
      code: 75,
      ill: [expect.stringMatching(/^ledger: database: LEDGER_UNAVAILABLE/)],
    });
    expect(database.text).not.toContain('canary5ecret');
  });

  test('a database without a ledger: 78', async () => {
    const empty = await createTestDatabase();
    const config = changedConfig((json) => ({ ...json, ledger: { databaseUrl: empty.url } }));
    const examined = await examine(['-c', config]);
    await empty.drop();
    expect({ code: examined.code, ill: ill(examined) }).toEqual({
      code: 78,
      ill: [expect.stringMatching(/^ledger: migrations: missing: 0001-ledger/)],
    });
  });

  test('a signer that lost its role: 78, and its address', async () => {
    const { settler2 } = devAccounts();
    await stack.alder.revokeRole('settler', settler2.address);
    const examined = await examine();
    await stack.alder.grantRole('settler', settler2.address);
    expect({ code: examined.code, ill: ill(examined) }).toEqual({
      code: 78,
      ill: [`alder: settler ${settler2.address}: may do nothing; not Burn, Mint, finally`],
    });
  });

  test('where no key can be read the signers are those who were given roles, and that is a warning', async () => {
    const keys = (name: string) => [{ file: `nowhere/${name}.key` }];
    const config = changedConfig((json) => ({
      ...json,
      chains: json.chains.map((one) => ({
        ...one,
        ...{ settlerKeys: keys('settler'), refunderKeys: keys('refunder'), reverserKeys: keys('reverser') },
      })),
    }));
    const examined = await examine(['-c', config]);
    expect({ code: examined.code, ill: ill(examined) }).toEqual({ code: 0, ill: [] });
    const { settler } = devAccounts();
    expect(examined.findings).toContainEqual(
      expect.objectContaining({ area: 'alder', check: `signer ${settler.address}`, found: 'may Burn, Mint' }),
    );
    expect(
      examined.findings.filter(({ health, area }) => health === 'warning' && area === 'configuration'),
    ).toHaveLength(6);
  });

  test('no gas money, a pause, a paused route: 4, each with what to do', async () => {
    const { refunder } = devAccounts();
    const [alder] = stack.chains;
    const setBalance = (wei: bigint) =>
      rpcCall(alder?.rpcUrl ?? '', 'anvil_setBalance', [refunder.address, `0x${wei.toString(16)}`]);
    await setBalance(0n);
    await stack.birch.pauseNew(true);
    await ledger.pauseRoute({ sourceChain: 'alder', destinationChain: 'birch' }, { reason: 'ticket 17', by: 'olga' });
    const examined = await examine();
    await setBalance(10n ** 20n);
    await stack.birch.pauseNew(false);
    await stack.resumeRoutes();
    expect({ code: examined.code, ill: [...ill(examined)].sort() }).toEqual({
      code: 4,
      ill: [
        expect.stringContaining(`alder: gas money of refunder ${refunder.address}: 0 ETH`),
        'birch: pauses: new burns are paused',
        expect.stringMatching(/^ledger: routes: alder to birch is paused by olga since .*: ticket 17$/),
      ],
    });
    for (const { health, todo } of examined.findings) expect(todo === null).toBe(health === 'ok');
  });

  test('an epoch that a restore closed: 4, and how it is opened', async () => {
    await ledger.bumpEpoch('restored');
    const examined = await examine();
    expect({ code: examined.code, ill: ill(examined) }).toEqual({
      code: 4,
      ill: ['ledger: epoch: 1, closed since a restore or rebuild'],
    });
    expect(examined.findings.find(({ check }) => check === 'epoch')?.todo).toContain('settle ledger reopen');
  });
});
