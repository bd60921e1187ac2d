// A benchmark that counts what did not happen is worse than none: every settlement that was counted is looked up.
import { getAbiItem } from 'viem';
import { askLedger } from './askLedger.mjs';
import { chainReader } from './chainReader.mjs';
import { operationKinds, settlementGatewayAbi, settlementKeyOf } from './project.mjs';

const event = getAbiItem({ abi: settlementGatewayAbi, name: 'OperationApplied' });

/** @throws Error that names the first id without exactly one burn on the source and one mint on the destination */
export async function verifyOnChains({ stack }, ids, say) {
  for (const [index, kind] of ['Burn', 'Mint'].entries()) {
    const applied = await countApplied(stack.deployment.chains[index], kind);
    for (const id of ids) {
      const times = applied.get(settlementKeyOf(id)) ?? 0;
      if (times !== 1) throw new Error(`${id} was counted, and its ${kind} was applied ${times} times`);
    }
  }
  say(`${ids.length} settlements looked up on both chains: each burned once and minted once`);
}

/** @throws Error that names an id which is not COMPLETED in the ledger */
export async function verifyInLedger(bench, ids, say) {
  const answer = await askLedger(bench, async (database) => {
    const { rows } = await database.query('select settlement_id, status from ledger.settlements');
    return new Map(rows.map(({ settlement_id: id, status }) => [id, status]));
  });
  const wrong = ids.find((id) => answer.get(id) !== 'COMPLETED');
  if (wrong !== undefined) {
    throw new Error(`${wrong} was counted, and the ledger says ${answer.get(wrong) ?? 'nothing'} of it`);
  }
  say(`${ids.length} settlements looked up in the ledger: each COMPLETED`);
}

/** A batch's blocks are full: their logs are read a few blocks at a time. */
const blocksPerRead = 20n;

async function countApplied(deployed, kind) {
  const { reader } = chainReader(deployed);
  const head = await reader.getBlockNumber();
  const times = new Map();
  for (let from = BigInt(deployed.gatewayDeployedAtBlock); from <= head; from += blocksPerRead) {
    const toBlock = from + blocksPerRead - 1n < head ? from + blocksPerRead - 1n : head;
    const logs = await reader.getLogs({ address: deployed.gateway, event, fromBlock: from, toBlock, strict: true });
    for (const { args } of logs) {
      if (operationKinds[args.kind] !== kind) continue;
      times.set(args.settlementKey, (times.get(args.settlementKey) ?? 0) + 1);
    }
  }
  return times;
}
