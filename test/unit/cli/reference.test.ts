import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProgram } from '../../../src/cli/main';
import { renderReference } from '../../../src/cli/renderReference';

const page = readFileSync(join(__dirname, '../../../docs/cli.md'), 'utf8');

function allOf(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(allOf)];
}

describe('docs/cli.md', () => {
  it('is what the commands say of themselves (npm run docs:cli)', () => {
    expect(page).toBe(renderReference(createProgram()));
  });

  it('would be seen to be stale', () => {
    const program = createProgram();
    program.command('another').description('that nobody told of');
    expect(renderReference(program)).not.toBe(page);
  });
});

describe('every command', () => {
  const leaves = allOf(createProgram()).filter(({ commands }) => commands.length === 0);
  const helpOf = (command: Command): string => {
    let text = '';
    command.configureOutput({ writeOut: (part) => (text += part) });
    command.outputHelp();
    return text;
  };

  it('was found', () => {
    expect(leaves.map((command) => command.name())).toEqual(
      expect.arrayContaining(['start', 'watch', 'doctor', 'completions', 'rebuild', 'pause']),
    );
  });

  it.each(leaves.map((command) => [`${command.parent?.name() ?? ''} ${command.name()}`, command] as const))(
    '%s has a description and an example that begins with settle',
    (_name, command) => {
      expect(command.description()).toMatch(/\S/);
      expect(helpOf(command)).toMatch(/\nExamples?:\n {2}(source <\()?settle /);
    },
  );

  it('takes its data format, its configuration and its colours from the program, and says so in its help', () => {
    for (const command of leaves)
      expect(helpOf(command)).toMatch(/--output <format>[\s\S]*--config <file>[\s\S]*--no-color/);
  });
});
