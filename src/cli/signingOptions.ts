import type { Command } from 'commander';

/** What is said of orders that are signed here: their end, their attempts, and the holder's key. */
export function signingOptions(command: Command): Command {
  return command
    .option('--valid-for <seconds>', 'how long from now what is signed may be burned and minted', '3600')
    .option('--valid-before <unix>', 'the same as a point in time, in Unix seconds')
    .option('--max-attempts <n>', 'how often in all it may be tried after refunds', '3')
    .option('--key-file <file>', "the holder's private key, or keystore (V3); else it is asked for, on a terminal")
    .option('--password-file <file>', 'the password of the keystore; else it is asked for, on a terminal');
}
