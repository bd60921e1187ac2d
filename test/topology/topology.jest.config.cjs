const { transform } = require('../../jest.config.cjs');

/**
 * `npm run test:topology`: what docker-compose.yml describes, without docker. Not in `npm test`: it builds a Temporal server once.
 * @type {import('jest').Config}
 */
module.exports = {
  rootDir: '../..',
  displayName: 'topology',
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/topology/*.test.ts'],
  testTimeout: 600_000,
  transform,
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/dist-failpoints/', '<rootDir>/.settlement/'],
};
