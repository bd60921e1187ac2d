const { transform } = require('../../jest.config.cjs');

/**
 * `npm run replay:record`: the recorder plays what the workflow tests play, so it is a run of jest too, of a file that no test
 * run picks up. It starts its own Temporal server.
 * @type {import('jest').Config}
 */
module.exports = {
  rootDir: '../..',
  displayName: 'record',
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/replay/record.ts'],
  testTimeout: 300_000,
  transform,
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.settlement/'],
};
