/**
 * What a page tells its reader to do, in the order it is written.
 * @typedef {{ kind: 'run' | 'skipped' | 'named' | 'file', line: number, text: string, why?: string, content?: string }} Command
 */

const program = /^(npm|npx|node|settle|temporal|docker)( |$)/;

/**
 * Fenced blocks: `sh` is run, command by command (`skip="why"` after it: not); any language with `file=NAME` is written to that file.
 * Commands in indented blocks and in `code style` are only looked up.
 * @param {string} markdown
 * @returns {readonly Command[]}
 */
export function commandsOf(markdown) {
  const lines = markdown.split('\n');
  /** @type {Command[]} */
  const commands = [];
  let block = null;
  lines.forEach((text, index) => {
    const line = index + 1;
    const fence = /^\s*```(.*)$/.exec(text);
    if (fence && block) {
      commands.push(...block.commands());
      block = null;
    } else if (fence) block = openBlock(fence[1], line);
    else if (block) block.lines.push(text);
    else commands.push(...named(text, line));
  });
  return commands;
}

function openBlock(info, line) {
  const [language] = info.split(' ');
  const file = / file=(\S+)/.exec(info)?.[1];
  const why = / skip="([^"]+)"/.exec(info)?.[1];
  const lines = [];
  const commands = () => {
    if (file !== undefined) return [{ kind: 'file', line, text: file, content: `${lines.join('\n')}\n` }];
    if (language !== 'sh') return [];
    return joined(lines, line + 1).map((one) => ({ ...one, kind: why === undefined ? 'run' : 'skipped', why }));
  };
  return { lines, commands };
}

/** Lines that end with a backslash go on; comments and empty lines are nothing to run. */
function joined(lines, firstLine) {
  const found = [];
  let open = null;
  lines.forEach((text, index) => {
    if (open) open.text += `\n${text}`;
    else if (text.trim() !== '' && !text.trim().startsWith('#')) open = { line: firstLine + index, text };
    if (open && !text.endsWith('\\')) {
      found.push(open);
      open = null;
    }
  });
  return found;
}

function named(text, line) {
  const indented = /^ {4}(\S.*)$/.exec(text)?.[1];
  const texts = indented === undefined ? [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code) : [indented];
  return texts.filter((code) => program.test(code)).map((code) => ({ kind: 'named', line, text: code.trim() }));
}
