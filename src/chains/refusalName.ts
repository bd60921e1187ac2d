import { toFunctionSelector, type Hex } from 'viem';
import { settlementGatewayAbi } from './generated/settlementGateway';
import { settlementTokenAbi } from './generated/settlementToken';

const namesBySelector = new Map(
  [...settlementGatewayAbi, ...settlementTokenAbi]
    .filter((item) => item.type === 'error')
    .map((item) => [
      toFunctionSelector(`${item.name}(${item.inputs.map((input) => input.type).join(',')})`),
      item.name,
    ]),
);

/** The error a `bytes4` reason stands for, or the bytes themselves where the ABIs do not know it. */
export function refusalName(reason: Hex): string {
  return namesBySelector.get(reason) ?? reason;
}
