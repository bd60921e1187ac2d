import { randomUUID } from 'node:crypto';
import { privateKeyToAccount } from 'viem/accounts';
import { createSettlementClient, type SettlementClient } from '../client/createSettlementClient';
import { signOrder } from '../client/signOrder';
import type { ChainConfig, Config } from '../config';
import { parseAmount } from '../domain/money';
import type { SignedOrder } from '../domain/order';
import type { SettlementRecord } from '../domain/record';
import { checkDemo, type DemoOutcome } from './checkDemo';
import { demoScenarios, type DemoScenario } from './demoScenarios';
import { devAccounts } from './devAccounts';
import { renderBalances } from './renderBalances';
import { readBalances } from './readBalances';
import type { Stack } from './stack';

const validForSeconds = 3_600;
const longestMs = 120_000;

/**
 * Runs the demo settlements and prints what came of them. True only when the chains themselves, not our records, show
 * exactly what was promised. `undisturbed`: no other settlements are on their way, so that balances can be held to the unit.
 */
export async function demo(stack: Stack, undisturbed: boolean, say: (line: string) => void): Promise<boolean> {
  const { config, deployment, info } = stack;
  const client = await createSettlementClient(config);
  try {
    const before = await readBalances(config, deployment.accounts);
    const run = `demo-${randomUUID().slice(0, 8)}`;
    const outcomes = await Promise.all(demoScenarios.map((scenario) => play(client, config, run, scenario, say)));
    const after = await readBalances(config, deployment.accounts);
    say(`balances in USDS, before and after\n${renderBalances(config, before, after)}`);
    for (const { scenario, settlementId, runId } of outcomes) {
      const { uiUrl, namespace } = info.temporal;
      const page = `namespaces/${namespace}/workflows/${settlementId}/${runId}/history`;
      if (uiUrl !== null) say(`${scenario.name}: ${uiUrl}/${page}`);
    }
    const problems = await checkDemo(config, outcomes, undisturbed ? { before, after } : undefined);
    for (const problem of problems) say(`NOT AS PROMISED: ${problem}`);
    if (problems.length === 0) say('the chains show what was promised: every settlement moved once, or not at all');
    return problems.length === 0;
  } finally {
    await client.close();
  }
}

async function play(
  client: SettlementClient,
  config: Config,
  run: string,
  scenario: DemoScenario,
  say: (line: string) => void,
): Promise<DemoOutcome> {
  const settlementId = `${run}-${scenario.name}`;
  const signed = await sign(config, settlementId, scenario);
  const startedAt = Date.now();
  const started = await Promise.all(Array.from({ length: scenario.submissions }, () => client.start(signed)));
  const record = await within(client.result(settlementId), settlementId);
  say(`${scenario.story}\n    ${settlementId}: ${told(record)}, ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  return {
    scenario,
    settlementId,
    runId: started[0]?.runId ?? '',
    runIds: new Set(started.map(({ runId }) => runId)).size,
    record,
  };
}

function told(record: SettlementRecord): string {
  if (record.status !== 'FAILED') return record.status;
  return `FAILED${record.compensated ? ', compensated' : ''} (${record.errorCode}: ${record.errorMessage})`;
}

function sign(config: Config, settlementId: string, scenario: DemoScenario): Promise<SignedOrder> {
  const accounts = devAccounts();
  const source = chainNamed(config, scenario.source);
  const destination = chainNamed(config, scenario.destination);
  const order = {
    settlementId,
    holder: accounts[scenario.holder].address,
    recipient: accounts[scenario.recipient].address,
    token: source.token.address,
    destinationToken: destination.token.address,
    destinationGateway: destination.chain.gateway,
    amount: parseAmount(scenario.amount, source.token.decimals),
    sourceChainId: BigInt(source.chain.chainId),
    destinationChainId: BigInt(destination.chain.chainId),
    validBefore: BigInt(Math.floor(Date.now() / 1000) + validForSeconds),
    maxAttempts: 3,
  };
  return signOrder(order, source.chain.gateway, privateKeyToAccount(accounts[scenario.holder].privateKey));
}

function chainNamed(config: Config, name: string): { chain: ChainConfig; token: ChainConfig['tokens'][number] } {
  const chain = config.chains.find((candidate) => candidate.name === name);
  const [token] = chain?.tokens ?? [];
  if (!chain || !token) throw new Error(`no chain ${name} with a token`);
  return { chain, token };
}

async function within<T>(work: Promise<T>, settlementId: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new Error(
            `${settlementId} is not settled after ${longestMs / 1000} s; it goes on, settle show ${settlementId}`,
          ),
        ),
      longestMs,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
