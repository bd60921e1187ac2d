import { destinationChainId, signer, sourceChainId } from './testLedger';

/** A configuration whose ledger is real and whose chains nobody serves: for commands that need the database alone. */
export function ledgerConfigOf(databaseUrl: string | null): object {
  const chain = { gateway: signer, finality: { kind: 'finalized' }, rpcUrl: 'http://127.0.0.1:1', rpcTimeoutMs: 500 };
  const tokens = [{ symbol: 'DEMO', address: signer, decimals: 6 }];
  const chains = [
    { name: 'alder', chainId: sourceChainId, ...chain, tokens },
    { name: 'birch', chainId: destinationChainId, ...chain, tokens },
  ];
  return { ...(databaseUrl === null ? {} : { ledger: { databaseUrl } }), chains };
}
