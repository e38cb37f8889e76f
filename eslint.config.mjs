import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const specs = ['**/*.spec.ts', 'test/**/*.ts', 'libs/testing/**/*.ts'];

// What the domain may not know: time, chance, the process, the outside. All of it is passed in.
const impure = [
  ...['Date', 'process', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
  ...['fetch', 'crypto', 'console', 'Buffer'],
];

const nodeGlobals = Object.fromEntries(
  [
    ...['AbortController', 'AbortSignal', 'Buffer', 'TextDecoder', 'TextEncoder', 'URL', 'URLSearchParams'],
    ...['clearInterval', 'clearTimeout', 'console', 'fetch', 'performance', 'process', 'setInterval', 'setTimeout'],
  ].map((name) => [name, 'readonly']),
);

export default tseslint.config(
  { ignores: ['**/node_modules/', 'dist/', 'coverage/', '.reveille/', 'libs/client/src/schema.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,

  { files: ['**/*.{js,mjs}'], languageOptions: { globals: nodeGlobals } },
  { files: ['**/*.cjs'], languageOptions: { globals: { ...nodeGlobals, module: 'writable', require: 'readonly' } } },

  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      // `evolve` and projections must have a default: a newer version may have written a type they do not know.
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Nest modules are classes with nothing but a decorator.
      '@typescript-eslint/no-extraneous-class': 'off',
      // An adapter of an asynchronous port may have nothing to await.
      '@typescript-eslint/require-await': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
        { selector: "ExportSpecifier[exported.name='default']", message: 'Export by name.' },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 500 }],
    },
  },

  {
    files: ['libs/domain/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-globals': ['error', { globals: impure, checkGlobalObject: true }],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random' }],
    },
  },

  {
    files: specs,
    rules: {
      // expect(x.method) is how jest looks at a spy; answers of servers are untyped until asserted on.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  { files: ['**/*.spec.ts', '**/migrations/**/*.ts'], rules: { 'max-lines': 'off' } },
);
