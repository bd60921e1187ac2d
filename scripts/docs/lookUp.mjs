import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Takes minutes, or stays up: not run, but its --help must name every option that the page gives it. */
export const onlyLookedUp = [
  ...['npm start', 'npm test', 'npm run worker', 'npm run api', 'npm run chaos', 'npm run simulate', 'npm run model'],
  ...['npm run bench', 'npm run test:contracts', 'npm run coverage', 'npm run replay:record', 'npm run fuzz:api'],
  ...['npm run docs:check'],
];

/** No help of their own: they are there if package.json has them. */
const withoutHelp = [
  'npm run lint',
  'npm run types',
  'npm run build',
  'npm run docs:errors',
  'npm run docs:cli',
  'npm run format',
];

/** @param {string} command */
export function isOnlyLookedUp(command) {
  return onlyLookedUp.includes(scriptOf(command));
}

function scriptOf(command) {
  return /^npm (run \S+|\S+)/.exec(command)?.[0] ?? '';
}

/**
 * Looks commands up without doing what they do.
 * @param {string} folder where they would be run
 * @param {NodeJS.ProcessEnv} env
 */
export function createLookUp(folder, env) {
  const helps = new Map();

  /** @returns {{ ok: boolean, output: string } | null} null: what it needs is not on this machine */
  return function lookUp(command) {
    // Of a pipeline, or before a comment, the first part.
    const text = command.split(/ (?:#|\||\d?>)/)[0].trim();
    const [first, second = ''] = text.split(' ');
    if (first === 'docker') return null;
    if (first === 'node') return answer(existsSync(join(folder, second)), `there is no ${second}`);
    if (first === 'npm') return lookUpNpm(text);
    if (first === 'temporal') return helped(words(text), ['--help'], text);
    const settle = words(text.replace(/^npx /, ''));
    return helped(['npx', ...settle], ['--help'], text, settle.join(' '));
  };

  function lookUpNpm(text) {
    const script = scriptOf(text);
    const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const name = script.replace(/^npm (run )?/, '');
    if (name === 'ci' || name === 'install') return answer(true, '');
    if (!Object.hasOwn(scripts, name)) return answer(false, `package.json has no script ${name}`);
    if (withoutHelp.includes(script)) return answer(true, '');
    return helped(['npm', 'run', '-s', name], ['--', '--help'], text);
  }

  /** The help must be there, be of this very command, and name every option of it. */
  function helped(argv, help, text, usage = '') {
    const said = helpOf([...argv, ...help]);
    if (!/usage:/i.test(said)) return answer(false, said);
    if (!isHelpOf(usage, said)) return answer(false, `the help is not of ${usage}`);
    const options = [...text.replace(/^npm .*? -- /, '').matchAll(/(?<= )--?[a-z][a-z-]*/g)].map(([option]) => option);
    const missing = options.filter((option) => !isNamed(option, said, argv));
    return answer(missing.length === 0, `its help does not name ${missing.join(', ')}`);
  }

  /** The last words may be arguments; a word that is no command gets the help of what is before it, with its list of commands. */
  function isHelpOf(usage, said) {
    const [, shown = '', rest = ''] = /Usage: ([a-z]+(?: [a-z-]+)*)(.*)/.exec(said) ?? [];
    return usage === '' || shown === usage || (usage.startsWith(`${shown} `) && !rest.includes('[command]'));
  }

  /** Options of the program itself (-o, -c) are in its own help, not in each command's. */
  function isNamed(option, said, argv) {
    const pattern = new RegExp(`(^|[\\s\\[,])${option}([\\s,\\]=]|$)`, 'm');
    return pattern.test(said) || (argv[1] === 'settle' && pattern.test(helpOf(['npx', 'settle', '--help'])));
  }

  function helpOf(argv) {
    const key = argv.join(' ');
    if (!helps.has(key)) {
      const [file, ...args] = argv;
      const { stdout, stderr, error } = spawnSync(file, args, { cwd: folder, env, encoding: 'utf8', timeout: 120_000 });
      helps.set(key, error ? String(error) : `${stdout}${stderr}`);
    }
    return helps.get(key);
  }
}

function answer(ok, output) {
  return { ok, output: ok ? '' : output };
}

/** `settle ledger rebuild` of `settle ledger rebuild --from X`, `settle route resume` of `settle route resume SOURCE`. */
function words(text) {
  const all = text.split(' ');
  const end = all.findIndex((word) => !/^[a-z][a-z-]*$/.test(word));
  return end === -1 ? all : all.slice(0, end);
}
