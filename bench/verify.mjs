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
  // SEAM: a stack whose workers do not write to a ledger yet. When they all do, none may be missing: remove these lines.
  if (answer === null || answer.size === 0) return say('the ledger holds no settlement; nothing was looked up there');

  const wrong = ids.find((id) => answer.get(id) !== 'COMPLETED');
  if (wrong !== undefined) {
    throw new Error(`${wrong} was counted, and the ledger says ${answer.get(wrong) ?? 'nothing'} of it`);
  }
  say(`${ids.length} settlements looked up in the ledger: each COMPLETED`);
}

async function countApplied(deployed, kind) {
  const logs = await chainReader(deployed).reader.getLogs({
    address: deployed.gateway,
    event,
    fromBlock: BigInt(deployed.gatewayDeployedAtBlock),
    toBlock: 'latest',
    strict: true,
  });
  const times = new Map();
  for (const { args } of logs) {
    if (operationKinds[args.kind] !== kind) continue;
    times.set(args.settlementKey, (times.get(args.settlementKey) ?? 0) + 1);
  }
  return times;
}
