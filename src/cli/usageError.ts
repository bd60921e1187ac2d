import type { Command, CommanderError } from 'commander';
import { PermanentError } from '../domain/errors';

/** What commander found wrong with the arguments, as an error of the product. */
export function usageError({ code, message }: CommanderError): PermanentError {
  if (code === 'commander.help') return new PermanentError('USAGE', 'a command is missing');
  return new PermanentError('USAGE', message.replace(/^error: /, '').replaceAll('\n', ' '));
}

/** How to see the help of the command that was meant, as far as the words name one. */
export function helpHint(program: Command, argv: readonly string[]): string {
  let command = program;
  for (const word of argv) command = command.commands.find((known) => known.name() === word) ?? command;
  const path: string[] = [];
  for (let at: Command | null = command; at; at = at.parent) path.unshift(at.name());
  return `'${path.join(' ')} --help' shows what it takes, with examples.`;
}
