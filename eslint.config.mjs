import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const nodeGlobals = Object.fromEntries(
  [
    ...['process', 'console', 'Buffer', 'URL', 'module', 'require', 'performance', 'fetch', 'crypto'],
    ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'AbortSignal', 'AbortController'],
  ].map((name) => [name, 'readonly']),
);

const browserGlobals = Object.fromEntries(
  [
    ...[
      'document',
      'location',
      'history',
      'navigator',
      'sessionStorage',
      'addEventListener',
      'scrollTo',
      'performance',
    ],
    ...['fetch', 'crypto', 'setTimeout', 'clearTimeout', 'AbortController', 'AbortSignal', 'TextDecoder', 'FormData'],
    ...[
      'Node',
      'NodeFilter',
      'getComputedStyle',
      'Element',
      'HTMLElement',
      'HTMLFormElement',
      'HTMLSelectElement',
      'URLSearchParams',
    ],
  ].map((name) => [name, 'readonly']),
);

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'dist-failpoints/',
      'coverage/',
      'contracts/',
      'node_modules/',
      '.settlement/',
      'src/chains/generated/',
      'src/api/page/types.d.ts', // of the browser: tsconfig.page.json checks it
      '**/*.sol',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/require-await': 'off', // interfaces with async implementations that happen not to wait
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'src/config.ts alone reads the environment' },
      ],
    },
  },
  // jest's asymmetric matchers are typed any.
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-unsafe-assignment': 'off' } },
  { files: ['src/config.ts', 'test/**/*.ts', 'scripts/**/*.mjs'], rules: { 'no-restricted-properties': 'off' } },
  { files: ['src/api/page/*.js', 'test/support/page/*.js'], languageOptions: { globals: browserGlobals } },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: nodeGlobals,
    },
  },
);
