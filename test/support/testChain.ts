import { createPublicClient, http, type Address, type Hex } from 'viem';
import { createChain, type Chain } from '../../src/chains/chain';
import { encodeExecute } from '../../src/chains/encodeExecute';
import { accessManagerAbi } from '../../src/chains/generated/accessManager';
import { settlementGatewayAbi } from '../../src/chains/generated/settlementGateway';
import { settlementTokenAbi } from '../../src/chains/generated/settlementToken';
import { readAuthority } from '../../src/chains/readAuthority';
import { readFinalBlock } from '../../src/chains/readFinalBlock';
import { readLimit } from '../../src/chains/readLimit';
import { readTokenBalance } from '../../src/chains/readTokenBalance';
import { readTotalSupply } from '../../src/chains/readTotalSupply';
import type { ChainConfig } from '../../src/config';
import { fingerprintOf, settlementKeyOf } from '../../src/domain/fingerprint';
import type { SignedOrder } from '../../src/domain/order';
import { parseOrder } from '../../src/domain/parseOrder';
import { slotStates, type OperationKind, type SlotState } from '../../src/domain/slot';
import type { Anvil } from '../../src/local/anvil';
import { createDeployer } from '../../src/local/createDeployer';
import { devAccounts, type DevAccountName } from '../../src/local/devAccounts';
import { rpcCall } from '../../src/local/rpcCall';

/** One real chain as a test sees and shakes it; speaks to anvil itself, past any proxy. */
export interface TestChain {
  readonly config: ChainConfig;
  balanceOf(name: DevAccountName): Promise<bigint>;
  totalSupply(): Promise<bigint>;
  /** What stands under an id, whoever's order it is: in the final block, and in the latest. */
  slotOf(settlementId: string): Promise<RawSlot>;
  latestSlotOf(settlementId: string): Promise<RawSlot>;
  receiptStatus(hash: string | null): Promise<string>;
  freeze(name: DevAccountName, frozen: boolean): Promise<void>;
  pauseNew(paused: boolean): Promise<void>;
  pauseAll(paused: boolean): Promise<void>;
  /** So many base units may still be burned, and no more come back with time. Mints are left as good as free. */
  leaveBurns(amount: bigint): Promise<void>;
  mine(blocks: number): Promise<void>;
  /** The next blocks are so much later. */
  skipTime(seconds: number): Promise<void>;
  rollback(blocks: number): Promise<void>;
  /** As the access manager's admin. */
  grantRole(role: LaneRole, account: Address): Promise<void>;
  revokeRole(role: LaneRole, account: Address): Promise<void>;
  /** Gas money, out of thin air. */
  fund(account: Address): Promise<void>;
  /** Sends one operation straight to the gateway, as whoever stole or kept that key could. */
  executeAs(signer: DevAccountName, kind: OperationKind, signed: SignedOrder, attempt: number): Promise<void>;
  signal(signal: NodeJS.Signals): void;
}

/** In the order of their ids (src/local/roleSetup.ts). */
const laneRoles = ['settler', 'refunder', 'reverser'] as const;
type LaneRole = (typeof laneRoles)[number];

interface RawSlot {
  readonly state: SlotState;
  readonly attempt: number;
}

export function createTestChain(config: ChainConfig, anvil: Anvil): TestChain {
  const direct = { ...config, rpcUrl: anvil.rpcUrl };
  const chain: Chain = createChain(direct);
  const accounts = devAccounts();
  const [token] = config.tokens;
  if (!token) throw new Error(`${config.name} has no token`);
  const endpoint = { name: config.name, chainId: config.chainId, rpcUrl: anvil.rpcUrl };
  const client = createPublicClient({ transport: http(anvil.rpcUrl), pollingInterval: 20 });

  const slotAt = async (settlementId: string, at: { blockHash?: Hex }): Promise<RawSlot> => {
    const [state, attempt] = await client.readContract({
      address: config.gateway,
      abi: settlementGatewayAbi,
      functionName: 'slotOf',
      args: [settlementKeyOf(settlementId)],
      ...at,
    });
    return { state: slotStates[state] as SlotState, attempt };
  };

  const pause = async (functionName: 'setPausedNew' | 'setPausedAll', paused: boolean): Promise<void> => {
    const pauser = await createDeployer(endpoint, accounts.pauser);
    await pauser.write({ address: config.gateway, abi: settlementGatewayAbi, functionName, args: [paused] });
  };

  const changeRole = async (functionName: 'grantRole' | 'revokeRole', role: LaneRole, account: Address) => {
    const admin = await createDeployer(endpoint, accounts.deployer);
    const id = BigInt(laneRoles.indexOf(role) + 1);
    const call = { address: await readAuthority(chain, 'latest'), abi: accessManagerAbi };
    if (functionName === 'grantRole') await admin.write({ ...call, functionName, args: [id, account, 0] });
    else await admin.write({ ...call, functionName, args: [id, account] });
  };

  return {
    config,
    grantRole: (role, account) => changeRole('grantRole', role, account),
    revokeRole: (role, account) => changeRole('revokeRole', role, account),
    fund: (account) => rpcCall(anvil.rpcUrl, 'anvil_setBalance', [account, `0x${(10n ** 20n).toString(16)}`]),
    balanceOf: (name) => readTokenBalance(chain, token.address, accounts[name].address),
    totalSupply: () => readTotalSupply(chain, token.address),
    slotOf: async (settlementId) => slotAt(settlementId, { blockHash: (await readFinalBlock(chain)).hash }),
    latestSlotOf: (settlementId) => slotAt(settlementId, {}),
    receiptStatus: async (hash) => (await client.getTransactionReceipt({ hash: hash as Hex })).status,
    async freeze(name, frozen) {
      const deployer = await createDeployer(endpoint, accounts.deployer);
      const account: Address = accounts[name].address;
      await deployer.write({
        address: token.address,
        abi: settlementTokenAbi,
        functionName: 'freeze',
        args: [account, frozen],
      });
    },
    pauseNew: (paused) => pause('setPausedNew', paused),
    pauseAll: (paused) => pause('setPausedAll', paused),
    async leaveBurns(amount) {
      const { availableAmount, maxAmount } = await readLimit(chain, token.address, 'burn');
      const deployer = await createDeployer(endpoint, accounts.deployer);
      const gateway = { address: config.gateway, abi: settlementGatewayAbi } as const;
      const args = [token.address, 10n ** 18n, 10n ** 18n, maxAmount - availableAmount + amount, 0n] as const;
      await deployer.write({ ...gateway, functionName: 'setLimits', args });
    },
    mine: (blocks) => rpcCall(anvil.rpcUrl, 'anvil_mine', [`0x${blocks.toString(16)}`]),
    skipTime: (seconds) => rpcCall(anvil.rpcUrl, 'evm_increaseTime', [seconds]),
    rollback: (blocks) => rpcCall(anvil.rpcUrl, 'anvil_rollback', [blocks]),
    async executeAs(signer, kind, signed, attempt) {
      const [from] = [accounts[signer].address];
      const order = parseOrder(signed.order);
      const signature = kind === 'Burn' ? signed.signature : '0x';
      const fingerprint = fingerprintOf(order, config.gateway);
      const data = encodeExecute([{ kind, attempt, order, fingerprint, signature }]);
      const gas = `0x${(2_000_000).toString(16)}`;
      // anvil holds the key of its own accounts, this one among them.
      const hash = await rpcCall<Hex>(anvil.rpcUrl, 'eth_sendTransaction', [{ from, to: config.gateway, data, gas }]);
      await client.waitForTransactionReceipt({ hash });
    },
    signal: (signal) => anvil.kill(signal),
  };
}
