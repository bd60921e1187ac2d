// What the benchmark takes from the project, all of it from dist/: what is measured is what runs. scripts/bench.mjs has built
// it by the time this is imported.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const built = (file) => require(`../dist/${file}.js`);

export const { encodeExecute } = built('chains/encodeExecute');
export const { accessManagerAbi } = built('chains/generated/accessManager');
export const { settlementGatewayAbi } = built('chains/generated/settlementGateway');
export const { createSettlementClient, signOrder } = built('client');
export const { loadConfig, readEnvironment } = built('config');
export const { batchRunIdOf } = built('domain/batch');
export const { fingerprintOf, settlementKeyOf } = built('domain/fingerprint');
export const { fingerprintMemo, workflowType } = built('domain/messages');
export const { parseOrder } = built('domain/parseOrder');
export const { operationKinds } = built('domain/slot');
export const { startAnvil } = built('local/anvil');
export const { createDeployer } = built('local/createDeployer');
export const { createWorkFolder } = built('local/createWorkFolder');
export const { describeExit } = built('local/describeExit');
export const { devAccounts } = built('local/devAccounts');
export const { freePort } = built('local/freePort');
export const { projectRoot } = built('local/projectRoot');
export const { startStack } = built('local/stack');
export const { stackPaths } = built('local/stackPaths');
export const { startGuard } = built('local/startGuard');
export const { startLocalWorker } = built('local/startLocalWorker');
export const { createLogger } = built('observability/createLogger');
export const { installRuntime } = built('observability/installRuntime');
export const { runWorker } = built('runWorker');
export const { temporalTarget } = built('temporalTarget');
