import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../../../src/local/projectRoot';
import { withDeadline } from '../withDeadline';
import type { FaultWorld } from '../faultWorld';
import { done, type FaultKind } from './fault';
import { pickUnderWay } from './pickUnderWay';

const terminated: FaultKind = {
  ...{ number: 43, name: 'a run is terminated', track: 'rest', holdMs: [0, 0] },
  async fire(context) {
    const id = await pickUnderWay(context);
    context.world.rerunIds.add(id);
    await context.world.stack.handle(id).terminate('an operator slipped');
    return done(1);
  },
};

const reset: FaultKind = {
  ...{ number: 43, name: 'a run is reset', track: 'rest', holdMs: [0, 0] },
  async fire(context) {
    const id = await pickUnderWay(context);
    context.world.rerunIds.add(id);
    await context.world.stack.reset(id);
    return done(1);
  },
};

export interface ConfigJson {
  readonly chains: readonly Readonly<Record<string, unknown>>[];
}
type Change = (json: ConfigJson) => object;

const wrongChain: FaultKind = {
  ...{ number: 34, name: 'a worker starts with the URLs of two chains swapped', track: 'rest', holdMs: [0, 0] },
  fire: ({ world, complain }) =>
    startWrong(world, complain, 'rpcUrl', ({ chains, ...rest }) => ({
      ...rest,
      chains: chains.map((chain, at) => ({ ...chain, rpcUrls: chains[1 - at]?.rpcUrls })),
    })),
};

const wrongConfig: FaultKind = {
  ...{ number: 44, name: 'a wrong configuration is deployed', track: 'rest', holdMs: [0, 0] },
  fire: ({ world, complain }) =>
    startWrong(world, complain, 'gateway', ({ chains, ...rest }) => ({
      ...rest,
      chains: chains.map((chain, at) => (at === 0 ? { ...chain, gateway: nobody } : chain)),
    })),
};
export const nobody = '0x000000000000000000000000000000000000dEaD';
const refusedConfig = 78;

/** A worker with another configuration: it must refuse to start, and say which field is wrong. */
export async function startWrong(world: FaultWorld, complain: (what: string) => void, field: string, change: Change) {
  const json = JSON.parse(readFileSync(world.workerConfigPath, 'utf8')) as ConfigJson;
  const path = join(dirname(world.workerConfigPath), 'wrong.json');
  writeFileSync(path, JSON.stringify(change(json)));
  for (let times = 0; times < 5; times++) {
    const { code, said } = await withDeadline(runWorkerOnce(path), 60_000, () => 'a worker with a wrong configuration');
    if (code === refusedConfig && said.includes(field)) return done(1);
    // A chain or a database that is away just now is told first; that is no answer.
    if (code === refusedConfig || code === 0) {
      complain(`a wrong ${field}: the worker ended with ${code}: ${said.slice(-500)}`);
      break;
    }
  }
  return done(0);
}

function runWorkerOnce(configPath: string): Promise<{ readonly code: number | null; readonly said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(projectRoot(), 'dist', 'worker.js')], {
      env: { ...process.env, SETTLEMENT_CONFIG: configPath },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 45_000,
      killSignal: 'SIGKILL',
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, said }));
  });
}

export const operatorFaults = [terminated, reset, wrongChain, wrongConfig] as const;
