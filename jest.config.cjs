const transform = {
  '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, sourceMaps: 'inline' }],
};
const project = (name, extra = {}) => ({
  displayName: name,
  testEnvironment: 'node',
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  transform,
  // dist/ holds a copy of package code that jest must not mistake for sources.
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/dist-failpoints/', '<rootDir>/.settlement/'],
  ...extra,
});

/** @type {import('jest').Config} */
module.exports = {
  testTimeout: 120_000,
  // Three test files at a time, also on two cores: most of what they do is wait for chains and for Temporal.
  maxWorkers: 3,
  // Workflow code included: test/support/workflow/workflowCoverage.ts brings its counts out of the sandbox.
  collectCoverageFrom: ['src/**/*.ts', '!src/chains/generated/**'],
  coverageReporters: ['text'],
  // Once a run, not once a project: the projects share one Temporal server and one workflow bundle.
  globalSetup: '<rootDir>/test/support/globalSetup.ts',
  globalTeardown: '<rootDir>/test/support/globalTeardown.ts',
  transform,
  projects: [
    // The chaos suite's checkers are pure functions: that each of them bites is a unit test. So is the model: it needs nothing.
    project('unit', {
      testMatch: ['unit/**', 'chaos/checkers', 'chaos/mutants', 'model'].map(
        (path) => `<rootDir>/test/${path}/*.test.ts`,
      ),
    }),
    ...['workflow', 'replay', 'integration', 'simulation'].map((name) => project(name)),
  ],
};
