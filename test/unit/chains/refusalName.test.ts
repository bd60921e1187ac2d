import { keccak256, toHex, type Hex } from 'viem';
import { settlementGatewayAbi } from '../../../src/chains/generated/settlementGateway';
import { refusalName } from '../../../src/chains/refusalName';

/** A selector by nothing but the hash of the signature. */
const selectorOf = (signature: string): Hex => keccak256(toHex(signature)).slice(0, 10) as Hex;

describe('refusalName', () => {
  it.each([
    'AttemptsExhausted',
    'Expired',
    'GasCapExceeded',
    'NotAuthorized',
    'OrderInvalid',
    'OrderMismatch',
    'PausedAll',
    'PausedNew',
    'RateLimited',
    'Revoked',
    'RouteDisabled',
    'RouteUnknown',
    'SignatureInvalid',
    'Superseded',
    'TokenMisbehaved',
    'TokenRefused',
    'WrongChain',
  ])('knows %s', (name) => {
    expect(refusalName(selectorOf(`${name}()`))).toBe(name);
  });

  it('knows errors with arguments, and those of the token', () => {
    expect(refusalName(selectorOf('AccessManagedUnauthorized(address)'))).toBe('AccessManagedUnauthorized');
    expect(refusalName('0xe450d38c')).toBe('ERC20InsufficientBalance');
  });

  it('knows every error of the gateway', () => {
    const errors = settlementGatewayAbi.filter((item) => item.type === 'error');
    expect(errors.length).toBeGreaterThan(20);
    for (const { name, inputs } of errors) {
      const types = (inputs as readonly { type: string }[]).map(({ type }) => type).join(',');
      expect(refusalName(selectorOf(`${name}(${types})`))).toBe(name);
    }
  });

  it.each<Hex>(['0x00000000', '0xffffffff', '0xdeadbeef'])('gives back the bytes it does not know: %s', (reason) => {
    expect(refusalName(reason)).toBe(reason);
  });
});
