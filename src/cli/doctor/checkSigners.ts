import { formatEther, type Address } from 'viem';
import { askChain, type ConnectedChain } from '../../chains/chain';
import { readFinalBlock } from '../../chains/readFinalBlock';
import { readGasBalance } from '../../chains/readGasBalance';
import { readGasCaps } from '../../chains/readGasCaps';
import { readPermitted } from '../../chains/readPermitted';
import { readRoleHolders } from '../../chains/readRoleHolders';
import type { OperationKind } from '../../domain/slot';
import { blockRanges } from '../../recovery/blockRanges';
import { loadSigner } from '../../signers/loadSigner';
import { failure, ok, warning, type Check, type Finding } from './check';

const needed = {
  settler: ['Burn', 'Mint'],
  refunder: ['Refund', 'CancelMint'],
  reverser: ['ReverseMint'],
} as const satisfies Record<string, readonly OperationKind[]>;
type Role = keyof typeof needed;
const roles = Object.keys(needed) as readonly Role[];

/** Below so many transactions at today's price somebody should send gas money. */
const fewTransactions = 100n;

interface Known {
  readonly address: Address;
  /** Null: found by its grants alone, so nothing says what it is for. */
  readonly role: Role | null;
}

/** Each key: what the gateway lets it do, and its gas money. Keys that cannot be read here are looked for in the grants. */
export function checkSigners(chain: ConnectedChain, blocksPerRead: number): Check {
  return {
    area: chain.config.name,
    name: 'signers',
    async look() {
      const configured = await configuredSigners(chain);
      const known = configured.length > 0 ? configured : await grantedSigners(chain, blocksPerRead);
      if (known.length === 0) {
        return [warning('signers', 'nobody was ever given a role', 'Grant the roles to the keys of the workers.')];
      }
      const { hash } = await readFinalBlock(chain);
      const addresses = known.map(({ address }) => address);
      const [permitted, price, caps, balances] = await Promise.all([
        readPermitted(chain, addresses, hash),
        askChain(chain, 'its gas price', (client) => client.getGasPrice()),
        readGasCaps(chain),
        Promise.all(addresses.map((address) => readGasBalance(chain, address))),
      ]);
      const cost = (caps.base + Object.values(caps.of).reduce((most, cap) => (cap > most ? cap : most), 0n)) * price;
      return known.flatMap((signer, index) => {
        const may = permitted[index]?.kinds ?? [];
        const gas = { balance: balances[index] ?? 0n, cost };
        // Of those found by their grants, who may do nothing is no signer any more.
        if (signer.role === null && may.length === 0) return [];
        return [roleFinding(signer, may), gasFinding(signer, gas)];
      });
    },
  };
}

async function configuredSigners({ config }: ConnectedChain): Promise<readonly Known[]> {
  const keys = roles.flatMap((role) => config[`${role}Keys`].map((key) => ({ role, key })));
  const loaded = await Promise.all(
    keys.map(({ role, key }) =>
      loadSigner(key, role).then(
        ({ address }) => ({ role, address }),
        () => null, // the check of the configuration tells it
      ),
    ),
  );
  return loaded.filter((signer) => signer !== null);
}

async function grantedSigners(chain: ConnectedChain, blocksPerRead: number): Promise<readonly Known[]> {
  const { number } = await readFinalBlock(chain);
  const holders = new Set<Address>();
  const span = { fromBlock: BigInt(chain.config.gatewayDeployedAtBlock), toBlock: number };
  for (const range of blockRanges(span, blocksPerRead)) {
    for (const address of await readRoleHolders(chain, range)) holders.add(address);
  }
  return [...holders].map((address) => ({ address, role: null }));
}

function roleFinding({ address, role }: Known, may: readonly OperationKind[]): Finding {
  const check = `${role ?? 'signer'} ${address}`;
  const found = may.length === 0 ? 'may do nothing' : `may ${may.join(', ')}`;
  const missing = role === null ? [] : needed[role].filter((kind) => !may.includes(kind));
  if (missing.length === 0) return ok(check, found);
  const todo = `Grant it the role on the AccessManager, or take it out of ${role ?? ''}Keys: a worker refuses to start.`;
  return failure('configuration', check, `${found}; not ${missing.join(', ')}, finally`, todo);
}

function gasFinding({ address, role }: Known, { balance, cost }: { balance: bigint; cost: bigint }): Finding {
  const check = `gas money of ${role ?? 'signer'} ${address}`;
  const enoughFor = cost === 0n ? fewTransactions : balance / cost;
  const found = `${formatEther(balance)} ETH, some ${enoughFor} transactions at today's price`;
  if (enoughFor >= fewTransactions) return ok(check, found);
  const todo = 'Send it gas money; what waits goes on by itself then.';
  return enoughFor > 0n ? warning(check, found, todo) : failure('operator', check, found, todo);
}
