import type { Command } from 'commander';
import type { ChainsVerified } from '../../recovery/verifyChains';
import { withLedger } from '../ledgerSession';
import { parseCount } from '../optionParsers';
import { printReport, progressTo } from '../printReport';
import { verifiedLines, verifyLedger } from '../verifyLedger';
import { withExamples } from '../withExamples';

interface VerifyOptions {
  readonly sealKeyFile?: string;
  readonly blocksPerRead: number;
  readonly mostMismatches: number;
}

/** Rows whose slots are read at once: two calls each. */
const settlementsPerPage = 200;

export function addVerify(program: Command): void {
  const verify = program
    .command('verify')
    .description('hold the ledger against itself and against both chains; exits 1 when anything does not agree')
    .option('--seal-key-file <file>', "the key of the seals; unless given, the configuration's")
    .option('--blocks-per-read <n>', 'blocks of one eth_getLogs', parseCount, 2_000)
    .option('--most-mismatches <n>', 'how many to print', parseCount, 20)
    .action(async ({ sealKeyFile, ...limits }: VerifyOptions, command: Command) =>
      withLedger(command, async ({ config, ledger, output, openChains }) => {
        const { verifyChains } = await import('../../recovery/verifyChains');
        const inItself = await verifyLedger(ledger, sealKeyFile ?? config.seals?.keyFile);
        const context = { ledger, chains: await openChains() };
        const options = { ...limits, settlementsPerPage, onProgress: progressTo(output) };
        const withChains = await verifyChains(context, options);
        const ok = inItself.ok && withChains.ok;
        const lines = [...verifiedLines(inItself), ...chainLines(withChains)];
        printReport({ ok, ledger: inItself, chains: withChains }, lines, output);
        return ok ? 0 : 1;
      }),
    );
  withExamples(verify, 'settle verify', 'settle verify --seal-key-file seal.key -o json');
}

function chainLines(verified: ChainsVerified): readonly string[] {
  const { blocks, settlements, operations, routes, mismatchCount, mismatches } = verified;
  const upTo = blocks.map(({ chain, upTo: block }) => `${chain} ${block}`).join(', ');
  return [
    `chains: ${settlements} settlements and ${operations} applied operations, up to the final blocks (${upTo})`,
    ...routes.map(
      ({ sourceChain, destinationChain, token, burned, refunded, minted, reversed, inFlight, unaccounted }) =>
        `  ${sourceChain} to ${destinationChain} (${token}), base units: burned ${burned}, refunded ${refunded}, ` +
        `minted ${minted}, reversed ${reversed}, in flight ${inFlight}, unaccounted ${unaccounted}`,
    ),
    mismatchCount === 0 ? 'chains: ok' : `chains: BAD: ${mismatchCount} do not agree, first of all`,
    ...mismatches.map(({ settlementId, what }) => `  ${settlementId ?? '(no settlement)'}: ${what}`),
  ];
}
