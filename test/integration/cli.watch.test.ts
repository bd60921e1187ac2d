import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createTcpProxy } from '../chaos/links/tcpProxy';
import { checkInvariants } from '../support/checkInvariants';
import { runSettle } from '../support/runSettle';
import { startSettle, type RunningSettle } from '../support/startSettle';
import { startTestStack, type TestStack } from '../support/testStack';

interface Line {
  readonly at: string;
  readonly record: { readonly status: string; readonly needsOperator: boolean };
  readonly steps: readonly { readonly step: string; readonly state: string; readonly txHash: string | null }[];
  readonly run: string;
}

/** `settle watch` beside a settlement that really goes, on chains that mine when the test says so. */
describe('settle watch', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startTestStack({ confirmations: 3, mintWindowMs: 120_000, rpcTimeoutMs: 1_000 });
    await stack.startWorker();
  });
  afterAll(async () => {
    await checkInvariants(stack.chains, stack.databaseUrl);
    await stack.close();
  });

  const start = async (draft: Parameters<TestStack['sign']>[0] = {}): Promise<string> => {
    const settlementId = `watch-${randomUUID()}`;
    await stack.client.start(await stack.sign({ ...draft, settlementId }));
    return settlementId;
  };
  const watch = (id: string, ...more: string[]): RunningSettle => startSettle(stack.configPath, ['watch', id, ...more]);

  test('tells each step, its hash, and the confirmations one by one, and exits 0', async () => {
    const id = await start();
    const watching = watch(id);
    await watching.said(new RegExp(`^\\d\\d:\\d\\d:\\d\\dZ ${id}  1 \\w+  alder to birch`, 'm'));
    await watching.said(/burn: done, alder block \d+ {2}0x[0-9a-f]{64}\n/);
    await watching.said(/burn final: under way, 1\/3 confirmations/);
    await stack.alder.mine(1);
    await watching.said(/burn final: under way, 2\/3 confirmations/);
    await stack.alder.mine(1);
    await watching.said(/burn final: done, final on alder/);
    await watching.said(/mint: done, birch block \d+ {2}0x[0-9a-f]{64}\n/);
    await watching.said(/mint final: under way, 1\/3 confirmations/);
    await stack.birch.mine(2);
    const { code, stdout, stderr } = await watching.ended();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/mint final: done, final on birch\n[^\n]*COMPLETED after [^\n]*\n$/);
    // Nothing is drawn over where nobody looks.
    expect(stdout).not.toContain('\u001b');
    // No line says the same again.
    const said = stdout.split('\n').map((line) => line.slice(10));
    expect(new Set(said).size).toBe(said.length);
  });

  test('-o jsonl prints an object a change, the last with the end; -o json one document', async () => {
    const stop = stack.keepMining();
    const id = await start();
    const { code, stdout } = await watch(id, '-o', 'jsonl').ended();
    const document = await runSettle(stack.configPath, ['watch', id, '-o', 'json']);
    await stop();
    expect(code).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    expect(lines.at(-1)).toMatchObject({ record: { settlementId: id, status: 'COMPLETED' } });
    expect(lines.at(-1)?.steps.map(({ step, state }) => `${step}: ${state}`)).toEqual(
      ['accepted', 'burn', 'burn final', 'mint', 'mint final'].map((step) => `${step}: done`),
    );
    expect(JSON.parse(document.stdout)).toMatchObject({ record: lines.at(-1)?.record });
    expect(document.code).toBe(0);
  });

  test('shows the way back of what is refused, and exits 3', async () => {
    const stop = stack.keepMining();
    const id = await start({ recipient: 'mallory' });
    const { code, stdout } = await watch(id).ended();
    await stop();
    expect(code).toBe(3);
    expect(stdout).toMatch(/mint: failed, birch {2}0x[0-9a-f]{64}\n/);
    expect(stdout).toMatch(/tombstone: done, birch block \d+ {2}0x/);
    expect(stdout).toMatch(/refund final: done, final on alder/);
    expect(stdout).toMatch(/FAILED after [^\n]*the holder has the tokens back: MINT_REFUSED: [^\n]*TokenRefused/);
  });

  test('a chain that halts: says which execution failed of what and when the next comes, and goes on when it answers', async () => {
    const id = await start();
    await stack.until(async () => (await stack.inLedger(id))?.status === 'BURNING');
    stack.birch.signal('SIGSTOP');
    const watching = watch(id);
    await stack.alder.mine(3);
    await watching.said(/mint: execution [2-9]\d*, last CHAIN_UNAVAILABLE: birch did not say/);
    stack.birch.signal('SIGCONT');
    const stop = stack.keepMining();
    const { code, stdout } = await watching.ended();
    await stop();
    expect(code).toBe(0);
    expect(stdout).toMatch(/again at \d\d:\d\d:\d\dZ/);
  });

  test('Temporal restarts: says so, says when it is back, and has not lost the settlement', async () => {
    const proxy = await createTcpProxy(Number(stack.config.temporal.address.split(':').at(-1)));
    const id = await start();
    const watching = startSettle(stack.configPath, ['watch', id], { TEMPORAL_ADDRESS: `127.0.0.1:${proxy.port}` });
    await watching.said(/burn: done/);
    const restore = proxy.swallowAnswers();
    proxy.cutAll();
    await watching.said(/Temporal does not answer/);
    restore();
    await watching.said(/Temporal answers again/);
    const stop = stack.keepMining();
    expect(await watching.ended()).toMatchObject({ code: 0, stdout: expect.stringContaining('COMPLETED') });
    await stop();
    await proxy.close();
  });

  test('a run that was cut off: --until-operator exits 4, a person watches on and sees it taken up', async () => {
    await stack.alder.pauseNew(true);
    const id = await start();
    await stack.until(async () => (await stack.inLedger(id))?.status === 'PROCESSING');
    await stack.handle(id).terminate('an operator slipped');
    const scripted = await watch(id, '--until-operator', '-o', 'json').ended();
    expect(scripted.code).toBe(4);
    expect(JSON.parse(scripted.stdout)).toMatchObject({ run: 'lost', record: { needsOperator: true } });
    const watching = watch(id);
    await watching.said(/needs an operator: its run was cut off/);
    await stack.alder.pauseNew(false);
    await stack.client.retry(id);
    const stop = stack.keepMining();
    expect((await watching.ended()).code).toBe(0);
    await stop();
  });

  test('a retry right after FAILED is watched to its own end, not told the end of the attempt before', async () => {
    const stop = stack.keepMining();
    const id = await start({ recipient: 'mallory' });
    expect((await watch(id).ended()).code).toBe(3);
    await stack.birch.freeze('mallory', false);
    await stack.client.retry(id);
    const { code, stdout } = await watch(id).ended();
    await stack.birch.freeze('mallory', true);
    await stop();
    expect(code).toBe(0);
    expect(stdout).toContain('(attempt 1): done');
  });

  test('Ctrl-C exits 130 and says how to come back; the settlement goes on', async () => {
    const id = await start();
    const watching = watch(id);
    await watching.said(/burn: /);
    watching.signal('SIGINT');
    const { code, stderr } = await watching.ended();
    expect({ code, stderr }).toEqual({
      code: 130,
      stderr: `\n${id} goes on without you; 'settle watch ${id}' comes back to it\n`,
    });
    const stop = stack.keepMining();
    expect((await stack.client.result(id)).status).toBe('COMPLETED');
    await stop();
  });

  test('without a ledger in its configuration it sees the same by Temporal and the chains', async () => {
    const path = `${stack.configPath}.client.json`;
    const json = JSON.parse(readFileSync(stack.configPath, 'utf8')) as Record<string, unknown>;
    writeFileSync(path, JSON.stringify({ ...json, ledger: undefined }));
    const id = await start();
    const watching = startSettle(path, ['watch', id]);
    await watching.said(/burn: done, alder block \d+ {2}0x[0-9a-f]{64}\n/);
    await watching.said(/burn final: under way, 1\/3 confirmations/);
    const stop = stack.keepMining();
    expect(await watching.ended()).toMatchObject({ code: 0, stdout: expect.stringContaining('mint final: done') });
    await stop();
  });

  test('an unknown id exits 2', async () => {
    const ran = await runSettle(stack.configPath, ['watch', 'nobody-knows-it']);
    expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('error NOT_FOUND') });
  });
});
