import { bytesToHex, type Address, type Hex } from 'viem';
import { mnemonicToAccount } from 'viem/accounts';

/** anvil's own mnemonic, known to everybody: it funds these accounts, and they are worth nothing anywhere else. */
const mnemonic = 'test test test test test test test test test test test junk';

const names = [
  'alice',
  'bob',
  'carol',
  'dave',
  'mallory',
  'deployer',
  'settler',
  'refunder',
  'reverser',
  'pauser',
  'settler2',
  'settler3',
  'settler4',
  'refunder2',
] as const;

export type DevAccountName = (typeof names)[number];

/** Who holds tokens on the local chains; the rest are keys of the operation. */
export const holderNames = ['alice', 'bob', 'carol', 'dave', 'mallory'] as const;

export interface DevAccount {
  readonly name: string;
  readonly address: Address;
  readonly privateKey: Hex;
}

/** How many accounts anvil has to fund. */
export const devAccountCount = names.length;

/** The keys of each role: as many workers can send at once as there are settlers. */
export const laneKeyNames = {
  settler: ['settler', 'settler2', 'settler3', 'settler4'],
  refunder: ['refunder', 'refunder2'],
} as const satisfies Record<string, readonly DevAccountName[]>;

let derived: Readonly<Record<DevAccountName, DevAccount>> | undefined;

/** The accounts that anvil funds with ETH, by the part each plays on the local chains. Derived once: it takes a while. */
export function devAccounts(): Readonly<Record<DevAccountName, DevAccount>> {
  return (derived ??= derive());
}

function derive(): Readonly<Record<DevAccountName, DevAccount>> {
  const entries = names.map((name, addressIndex) => {
    const account = mnemonicToAccount(mnemonic, { addressIndex });
    const { privateKey } = account.getHdKey();
    if (!privateKey) throw new Error('a mnemonic without private keys');
    return [name, Object.freeze({ name, address: account.address, privateKey: bytesToHex(privateKey) })] as const;
  });
  return Object.freeze(Object.fromEntries(entries) as Record<DevAccountName, DevAccount>);
}
