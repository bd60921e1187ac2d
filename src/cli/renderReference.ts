import type { Command } from 'commander';

const columns = 120;

/** docs/cli.md: the conventions, and every command's own help. `npm run docs:cli` writes it, a test holds it. */
export function renderReference(program: Command): string {
  const walk = (command: Command, parents: readonly string[]): readonly string[] => {
    const path = [...parents, command.name()];
    const own = ['', `### ${path.join(' ')}`, '', '```text', helpOf(command), '```'];
    return [...own, ...command.commands.flatMap((sub) => walk(sub, path))];
  };
  return [conventions, ...walk(program, [])].join('\n').concat('\n');
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => (text += part),
    getOutHelpWidth: () => columns,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text.trimEnd();
}

const conventions = `# The command line

Written by \`npm run docs:cli\` from the commands themselves; a test holds it to them.

- Data goes to stdout, talk to stderr. \`-o json\` prints one JSON document, \`-o jsonl\` one object a line: a record, a finding, a change.
- An error is \`error CODE: message\` and what to do next. With \`-o json\` or \`-o jsonl\` it is the last line on stderr, one object:
  \`{ "error": { "code", "message", "nextStep" } }\`. Codes are stable. Lines before it are talk.
- Exit codes: 0 settled, accepted or done; 1 internal error, or what was checked does not agree; 2 usage or input; 3 failed or refunded;
  4 needs an operator; 75 try again, something does not answer; 78 configuration; 130 interrupted. Ctrl-C stops the waiting, never a settlement.
- Every command may be said again. What asked for a settlement gets the same answer.
- Colours only on a terminal; \`NO_COLOR\` and \`--no-color\` end them. With \`TERM=dumb\`, or in a file or pipe, \`watch\` prints a line a change.
- Keys come from a file or are typed, unseen, on a terminal. No argument and no variable takes one.
- Temporal is where the configuration says, unless its own environment names a server: \`TEMPORAL_ADDRESS\`, or a profile of its
  configuration file (\`TEMPORAL_PROFILE\`, \`TEMPORAL_CONFIG_FILE\`), with namespace, TLS and API key.
- \`settle watch\` ends when it is over, not when an operator is needed: somebody who watches sees it go on. A script says
  \`--until-operator\`. It waits out a server that restarts, and says who does not answer.

## Commands`;
