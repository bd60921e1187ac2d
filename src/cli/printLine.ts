import { once } from 'node:events';

/** One line of many: waits for whoever reads, so that what is not read yet is not kept in memory. */
export async function printLine(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
}
