import { hashTypedData, keccak256, parseAbi, stringToHex, type Address, type Hex } from 'viem';
import type { Order } from './world';

// Written out by hand: the checkers must not believe the ABI files and encoders whose work they check.
export const gatewayAbi = parseAbi([
  'struct SettlementOrder { string settlementId; address holder; address recipient; address token; address destinationToken; address destinationGateway; uint256 amount; uint256 sourceChainId; uint256 destinationChainId; uint64 validBefore; uint8 maxAttempts; }',
  'struct Operation { uint8 kind; uint8 attempt; SettlementOrder order; bytes signature; }',
  'function execute(Operation[] operations)',
  'function slotOf(bytes32 settlementKey) view returns (uint8 state, uint8 attempt, uint240 orderHash)',
  'event OperationApplied(bytes32 indexed settlementKey, bytes32 indexed fingerprint, uint8 indexed kind, uint8 attempt, address account, uint256 amount)',
  'event OperationAlreadyApplied(bytes32 indexed settlementKey, bytes32 indexed fingerprint, uint8 indexed kind, uint8 attempt)',
  'event OperationRefused(bytes32 indexed settlementKey, bytes32 indexed fingerprint, uint8 indexed kind, uint8 attempt, bytes4 reason)',
]);

export const tokenAbi = parseAbi([
  'event Transfer(address indexed from, address indexed to, uint256 value)',
  'function totalSupply() view returns (uint256)',
]);

/** The gateway's refusals by their selector's name, for figures that people read. */
export const refusalNames = [
  ...['OrderInvalid', 'OrderMismatch', 'Superseded', 'NotAuthorized', 'WrongChain', 'RouteUnknown', 'RouteDisabled'],
  ...['Expired', 'AttemptsExhausted', 'Revoked', 'SignatureInvalid', 'RateLimited', 'PausedNew', 'PausedAll'],
  ...['TokenRefused', 'TokenMisbehaved', 'GasCapExceeded'],
] as const;

export function refusalName(reason: Hex): string {
  return refusalNames.find((name) => keccak256(stringToHex(`${name}()`)).startsWith(reason)) ?? reason;
}

export function keyOf(settlementId: string): Hex {
  return keccak256(stringToHex(settlementId));
}

/** The EIP-712 digest of the order in the source gateway's domain, computed here a second time. */
export function digestOf(order: Order, sourceGateway: Address): Hex {
  return hashTypedData({
    domain: {
      name: 'SettlementGateway',
      version: '1',
      chainId: Number(order.sourceChainId),
      verifyingContract: sourceGateway,
    },
    types: { SettlementOrder: orderFields },
    primaryType: 'SettlementOrder',
    message: order,
  });
}

const orderFields = [
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
] as const;
