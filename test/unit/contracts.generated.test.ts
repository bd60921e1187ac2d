import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { accessManagerAbi, accessManagerBytecode } from '../../src/chains/generated/accessManager';
import { settlementGatewayAbi, settlementGatewayBytecode } from '../../src/chains/generated/settlementGateway';
import { settlementTokenAbi, settlementTokenBytecode } from '../../src/chains/generated/settlementToken';

const root = join(__dirname, '..', '..');

test('the generated files are what the contracts compile to', async () => {
  const check = promisify(execFile)(process.execPath, [join(root, 'scripts/contracts/generate.mjs'), '--check']);
  await expect(check).resolves.toMatchObject({ stderr: '' });
}, 180_000);

test('every reason for a refusal can be decoded', () => {
  const errors = settlementGatewayAbi.flatMap((item) => (item.type === 'error' ? [item.name as string] : []));
  expect(errors).toEqual(expect.arrayContaining(['OrderMismatch', 'Superseded', 'GasCapExceeded', 'InsufficientGas']));
});

test('bytecode fits a chain', () => {
  for (const code of [settlementGatewayBytecode, settlementTokenBytecode, accessManagerBytecode]) {
    expect(code).toMatch(/^0x[0-9a-f]+$/);
    // EIP-170; the creation code is a little longer than what stays on chain.
    expect((code.length - 2) / 2).toBeLessThan(24_576);
  }
  expect([accessManagerAbi, settlementTokenAbi].every((abi) => abi.length > 0)).toBe(true);
});
