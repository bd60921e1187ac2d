import { keccak256, stringToHex, type Address, type Hex } from 'viem';
import type { SettlementOrder } from './order';

/** The EIP-712 types of a SettlementOrder, in the contract's field order. */
export const settlementOrderTypes = {
  SettlementOrder: [
    { name: 'settlementId', type: 'string' },
    { name: 'holder', type: 'address' },
    { name: 'recipient', type: 'address' },
    { name: 'token', type: 'address' },
    { name: 'destinationToken', type: 'address' },
    { name: 'destinationGateway', type: 'address' },
    { name: 'amount', type: 'uint256' },
    { name: 'sourceChainId', type: 'uint256' },
    { name: 'destinationChainId', type: 'uint256' },
    { name: 'validBefore', type: 'uint64' },
    { name: 'maxAttempts', type: 'uint8' },
  ],
} as const;

const [domainName, domainVersion] = ['SettlementGateway', '1'] as const;

/** What a wallet is asked to sign: the order in the source gateway's domain. */
export function orderTypedData(order: SettlementOrder, sourceGateway: Address) {
  return {
    domain: {
      name: domainName,
      version: domainVersion,
      chainId: Number(order.sourceChainId),
      verifyingContract: sourceGateway,
    },
    types: settlementOrderTypes,
    primaryType: 'SettlementOrder',
    message: order,
  } as const;
}

/**
 * The full EIP-712 digest: the order's identity, the same on both chains (the contract's `fingerprintOf`). viem's `hashTypedData` says
 * the same (a test holds this to it) and takes twice as long.
 */
export function fingerprintOf(order: SettlementOrder, sourceGateway: Address): Hex {
  const domain = [...domainStart, word(order.sourceChainId), word(sourceGateway)];
  const fields = settlementOrderTypes.SettlementOrder.map((field) =>
    field.type === 'string' ? hashText(order[field.name]) : word(order[field.name]),
  );
  return keccak256(`0x1901${hashWords(domain)}${hashWords([orderTypeHash, ...fields])}`);
}

/** 32 bytes in hex, without a prefix. */
const word = (value: bigint | number | Hex): string =>
  (typeof value === 'string' ? value.slice(2).toLowerCase() : value.toString(16)).padStart(64, '0');
const hashText = (text: string): string => keccak256(stringToHex(text)).slice(2);
const hashWords = (words: readonly string[]): string => keccak256(`0x${words.join('')}`).slice(2);

const domainStart = [
  'EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)',
  domainName,
  domainVersion,
].map(hashText);
const orderTypeHash = hashText(
  `SettlementOrder(${settlementOrderTypes.SettlementOrder.map(({ type, name }) => `${type} ${name}`).join(',')})`,
);

/** The settlement's key in the gateway's slots. */
export function settlementKeyOf(settlementId: string): Hex {
  return keccak256(stringToHex(settlementId));
}

/** Which slot an order has, and how to tell whether what stands there is this order's. */
export interface OrderIdentity {
  readonly settlementKey: Hex;
  readonly fingerprint: Hex;
}

export function identityOf(order: SettlementOrder, sourceGateway: Address): OrderIdentity {
  return { settlementKey: settlementKeyOf(order.settlementId), fingerprint: fingerprintOf(order, sourceGateway) };
}
