// Which room may import which: section 2 of the design as rules. test/unit/architecture.test.ts runs them, and shows that
// each of them can fail.

const packages = '(^|/)node_modules/';

/** A room imports itself and the named ones. What it may know only the types of is forbidden as a value. */
function room(name, { imports, typesOf = [], files = [] }) {
  const known = [`^src/${name}/`, ...imports.map((other) => `^src/${other}/`), ...files, ...typesOf];
  const rules = [{ name: `${name}-imports`, from: { path: `^src/${name}/` }, to: { path: '^src/', pathNot: known } }];
  if (typesOf.length > 0) {
    rules.push({
      name: `${name}-imports-as-types`,
      from: { path: `^src/${name}/` },
      to: { path: typesOf, dependencyTypesNot: ['type-only'] },
    });
  }
  return rules;
}

const config = '^src/config\\.ts$';
/** Where steps that move money may be cut off by the chaos suite. */
const files = ['^src/failpoint\\.ts$'];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...room('domain', { imports: [] }),
    ...room('workflows', { imports: ['domain'], typesOf: ['^src/activities/'] }),
    ...room('chains', { imports: ['domain'], typesOf: [config] }),
    ...room('ledger', { imports: ['domain'], typesOf: [config], files }),
    ...room('signers', { imports: ['domain'] }),
    ...room('tracing', { imports: ['domain'], typesOf: [config] }),
    ...room('payloads', { imports: ['domain'], typesOf: [config] }),
    ...room('lanes', { imports: ['chains', 'ledger', 'signers', 'tracing', 'domain'], typesOf: [config], files }),
    ...room('recovery', { imports: ['domain', 'chains', 'ledger', 'lanes'] }),
    ...room('reconciliation', {
      imports: ['domain', 'chains', 'ledger', 'recovery', 'client'],
      typesOf: [config],
      files,
    }),
    ...room('activities', { imports: ['domain', 'lanes', 'chains', 'ledger', 'tracing'], typesOf: [config], files }),
    {
      name: 'workflows-packages',
      comment: 'The workflow sandbox is deterministic: it knows Temporal, and no node module.',
      from: { path: '^src/workflows/' },
      to: { pathNot: ['^src/', `${packages}@temporalio/(workflow|common)/`] },
    },
    {
      name: 'client-moves-nothing',
      comment: 'A client holds no lane and no key; it asks Temporal, and the ledger what Temporal forgot.',
      from: { path: '^src/client/' },
      to: { path: '^src/(activities|lanes|signers|workflows)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'api-moves-nothing',
      comment: 'The API holds no lane and no key: it asks as a client does, and reads the ledger.',
      from: { path: '^src/api/' },
      to: { path: '^src/(activities|lanes|signers|workflows|reconciliation)/', dependencyTypesNot: ['type-only'] },
    },
    { name: 'cli-is-an-end', from: { pathNot: '^src/cli/' }, to: { path: '^src/cli/' } },
    { name: 'local-is-an-end', from: { pathNot: '^src/local/' }, to: { path: '^src/local/' } },
    { name: 'worker-is-an-end', from: {}, to: { path: '^src/worker\\.ts$' } },
    {
      name: 'no-circle',
      comment: 'Of values: types alone make no circle at run time.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'resolvable', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-development-package',
      from: {},
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'], dependencyTypesNot: ['type-only'] },
    },
  ].map((rule) => ({ severity: 'error', ...rule })),
  options: {
    // Types are imports too here: told apart, not left out.
    tsPreCompilationDeps: 'specify',
    doNotFollow: { path: packages },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
