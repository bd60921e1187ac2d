import { encodeFunctionData, getAbiItem, toFunctionSelector, type Abi, type Address, type Hex } from 'viem';
import { accessManagerAbi } from '../chains/generated/accessManager';
import { settlementGatewayAbi } from '../chains/generated/settlementGateway';
import { settlementTokenAbi } from '../chains/generated/settlementToken';
import { laneKeyNames, type DevAccount, type DevAccountName } from './devAccounts';

interface RoleSetup {
  readonly gateway: Address;
  readonly token: Address;
  readonly accounts: Readonly<Record<DevAccountName, DevAccount>>;
}

interface Role {
  readonly id: bigint;
  readonly label: string;
  readonly members: readonly Address[];
  readonly target: Address;
  readonly selectors: readonly Hex[];
}

/** The calls on the AccessManager that give each key the functions of its part, and no other; for its `multicall`. */
export function roleSetup({ gateway, token, accounts }: RoleSetup): readonly Hex[] {
  const onGateway = (...names: string[]) => ({ target: gateway, selectors: selectorsOf(settlementGatewayAbi, names) });
  const onToken = (...names: string[]) => ({ target: token, selectors: selectorsOf(settlementTokenAbi, names) });
  const of = (...names: readonly DevAccountName[]) => ({ members: names.map((name) => accounts[name].address) });
  const roles: readonly Omit<Role, 'id'>[] = [
    { label: 'settler', ...of(...laneKeyNames.settler), ...onGateway('burn', 'mint') },
    { label: 'refunder', ...of(...laneKeyNames.refunder), ...onGateway('refund', 'cancelMint') },
    { label: 'reverser', ...of('reverser'), ...onGateway('reverseMint') },
    { label: 'pauser', ...of('pauser'), ...onGateway('setPausedNew', 'setPausedAll') },
    { label: 'route-admin', ...of('deployer'), ...onGateway('registerRoute', 'setRouteEnabled', 'setLimits') },
    { label: 'gateway', members: [gateway], ...onToken('crosschainMint', 'crosschainBurn') },
    { label: 'issuer', ...of('deployer'), ...onToken('mint') },
    { label: 'compliance', ...of('deployer'), ...onToken('freeze') },
  ];
  return roles.flatMap((role, index) => callsFor({ ...role, id: BigInt(index + 1) }));
}

function callsFor({ id, label, members, target, selectors }: Role): readonly Hex[] {
  return [
    encodeFunctionData({ abi: accessManagerAbi, functionName: 'labelRole', args: [id, label] }),
    encodeFunctionData({
      abi: accessManagerAbi,
      functionName: 'setTargetFunctionRole',
      args: [target, selectors, id],
    }),
    ...members.map((member) =>
      encodeFunctionData({ abi: accessManagerAbi, functionName: 'grantRole', args: [id, member, 0] }),
    ),
  ];
}

function selectorsOf(abi: Abi, names: readonly string[]): readonly Hex[] {
  return names.map((name) => {
    const item = getAbiItem({ abi, name });
    if (item?.type !== 'function') throw new Error(`no function ${name} in the ABI`);
    return toFunctionSelector(item);
  });
}
