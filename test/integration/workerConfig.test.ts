import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { devAccounts } from '../../src/local/devAccounts';
import { projectRoot } from '../../src/local/projectRoot';
import { startTestStack, type TestStack } from '../support/testStack';

type ChainJson = Record<string, unknown> & { tokens: Record<string, unknown>[] };

/** A worker that would move money by a wrong configuration must not start: it names the field, exits 78, and shows no key. */
describe('a worker with a wrong configuration refuses to start', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startTestStack({ confirmations: 1, mintWindowMs: 60_000 });
  });
  afterAll(() => stack.close());

  const run = (edit: (alder: ChainJson, birch: ChainJson) => void): Promise<{ code: number | null; said: string }> => {
    const json = JSON.parse(readFileSync(stack.configPath, 'utf8')) as { chains: [ChainJson, ChainJson] };
    edit(...json.chains);
    const configPath = join(dirname(stack.configPath), `edited-${Math.random().toString(36).slice(2)}.json`);
    writeFileSync(configPath, JSON.stringify(json));
    return new Promise((resolve) => {
      const child = spawn(process.execPath, [join(projectRoot(), 'dist', 'worker.js')], {
        env: { ...process.env, SETTLEMENT_CONFIG: configPath },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
      child.once('close', (code) => resolve({ code, said }));
    });
  };

  const { settler, alice } = devAccounts();
  test.each<[what: string, edit: (alder: ChainJson, birch: ChainJson) => void, field: RegExp]>([
    [
      'the URLs of the two chains swapped',
      (alder, birch) => ([alder.rpcUrl, birch.rpcUrl] = [birch.rpcUrl, alder.rpcUrl]),
      /CHAIN_MISMATCH: .*rpcUrl: answers for chain/,
    ],
    ['no code at the gateway', (alder) => (alder.gateway = alice.address), /CHAIN_MISMATCH: .*chains\.\w+\.gateway/],
    [
      'other decimals than the token has',
      (alder) => alder.tokens.forEach((token) => (token.decimals = 18)),
      /CHAIN_MISMATCH: .*tokens\.USDS\.decimals/,
    ],
    [
      'a token that has no code',
      (alder) => alder.tokens.push({ symbol: 'NONE', address: alice.address, decimals: 6 }),
      /CHAIN_MISMATCH: .*tokens\.NONE\.address: there is no code/,
    ],
    [
      'a key without the role',
      (alder) => (alder.settlerKeys = alder.refunderKeys),
      /CHAIN_MISMATCH: .*alder\.settlerKeys: .*may not burn/,
    ],
    ['no settler key', (alder) => delete alder.settlerKeys, /CONFIG_INVALID: .*alder\.settlerKeys is empty/],
    ['no refunder key', (alder) => delete alder.refunderKeys, /CONFIG_INVALID: .*alder\.refunderKeys is empty/],
    ['an unknown field', (alder) => (alder.gatway = '0x'), /CONFIG_INVALID: .*chains\.0.*gatway/],
  ])('%s', async (_what, edit, field) => {
    const { code, said } = await run(edit);
    expect(said).toMatch(field);
    expect(code).toBe(78);
    expect(said).not.toContain(settler.privateKey);
    expect(said).not.toContain(settler.privateKey.slice(2));
  });

  test('a seal key that is empty or missing', async () => {
    const file = join(dirname(stack.configPath), 'keys', 'seal.key');
    const standing = readFileSync(file);
    writeFileSync(file, '\n');
    const empty = await run(() => undefined);
    rmSync(file);
    const missing = await run(() => undefined);
    writeFileSync(file, standing);
    expect(empty).toMatchObject({ code: 78, said: expect.stringContaining('seals.keyFile') });
    expect(missing).toMatchObject({ code: 78, said: expect.stringContaining(file) });
  });

  test('a key file that holds something else is named, and what it holds is not shown', async () => {
    const canary = 'canary-5f3a-not-a-key';
    const file = join(dirname(stack.configPath), 'canary.key');
    writeFileSync(file, canary);
    const { code, said } = await run((alder) => (alder.settlerKeys = [{ file }]));
    expect(said).toMatch(/CONFIG_INVALID: .*settlerKeys\.0/);
    expect(code).toBe(78);
    expect(said).not.toContain(canary);
  });
});
