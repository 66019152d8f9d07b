import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Who may import whom (docs/architecture.md). Every line is an error, and CI fails on it. */
const ROOMS = [
  {
    target: './core',
    from: ['./workflows', './activities', './workers', './api', './infra', './test', './bench'],
    message: 'core imports nothing of ours',
  },
  {
    target: './core/contract',
    from: './core',
    except: ['./contract'],
    message: 'core/contract imports nothing but itself',
  },
  {
    target: './core/ports',
    from: './core',
    except: ['./contract', './ports'],
    message: 'core/ports imports core/contract only',
  },
  {
    target: './workflows',
    from: ['./core', './workers', './api', './infra', './test', './bench'],
    except: ['./contract'],
    message: 'workflows import core/contract and types of activities only',
  },
  {
    target: './activities',
    from: ['./workflows', './workers', './api', './infra', './test', './bench'],
    message: 'activities import core only',
  },
  {
    target: './infra',
    from: ['./workflows', './activities', './workers', './api', './test', './bench'],
    message: 'infra imports core only',
  },
  {
    target: './api',
    from: ['./workflows', './activities', './workers', './infra', './test', './bench'],
    message: 'api imports core and the Temporal client',
  },
  {
    target: './api/console',
    from: './api',
    except: ['./console', './client', './schemas'],
    message: 'the console knows the client and the shapes of the API only',
  },
  {
    target: './api/console',
    from: './core',
    except: ['./contract'],
    message: 'of core the console knows core/contract only',
  },
  {
    target: './api/!(console)/**/*',
    from: './api/console',
    message: 'the console is a page of its own: the server knows its built files only',
  },
  { target: './workers', from: ['./api', './test', './bench'], message: 'workers do not know the API' },
];

/** SDKs of stores and engines: only infra talks. */
const ENGINES = [
  'pg',
  '@electric-sql/*',
  '@aws-sdk/*',
  'onnxruntime-node',
  'js-tiktoken',
  'js-tiktoken/*',
  '@huggingface/tokenizers',
  'pdf-parse',
  'pdfjs-dist',
  'pdfjs-dist/*',
  'tesseract.js',
  'saxes',
  '@napi-rs/canvas',
  '@qdrant/*',
];

/** `work/…` and its like as the beginning of a text. */
const OBJECT_AREA = '^(incoming|sources|work|held|cache|backups)\\u002f';
const KEYS_ELSEWHERE = ['Literal[value=', 'TemplateElement[value.raw='].map((node) => ({
  selector: `${node}/${OBJECT_AREA}/]`,
  message: 'keys of objects are built in core/contract/object-keys.ts, so that all places of an object are known',
}));

const rooms = (zones) => ({ 'import-x/no-restricted-paths': ['error', { zones }] });

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'coverage', '.medindex'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', 'infra/local/*.mjs', 'api/console/*.mjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      ...rooms(ROOMS),
      'import-x/no-cycle': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'the environment is read once, in infra/config.ts' },
      ],
    },
  },
  {
    files: ['core/**', 'workflows/**', 'activities/**', 'workers/**', 'api/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ENGINES, message: 'only infra imports the SDKs of stores and engines' }] },
      ],
    },
  },
  {
    files: ['workflows/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['../activities/*', '**/activities/**'],
              allowTypeImports: true,
              message: 'workflows know the types of activities only',
            },
            { group: ['node:*'], message: 'workflow code is deterministic: no Node' },
          ],
        },
      ],
    },
  },
  {
    files: ['core/**', 'activities/**', 'workflows/**', 'workers/**', 'api/**', 'infra/**', 'bench/**'],
    ignores: ['core/contract/object-keys.ts', 'infra/readers/**'],
    rules: { 'no-restricted-syntax': ['error', ...KEYS_ELSEWHERE] },
  },
  {
    // Composition roots may know everybody.
    files: ['api/server.ts', 'api/operator.ts', 'api/cli/**', 'infra/local/**', 'workers/**'],
    rules: { 'import-x/no-restricted-paths': 'off' },
  },
  {
    files: [
      'infra/config.ts',
      'infra/local/**',
      'test/**',
      'bench/**',
      'api/cli/**',
      'api/server.ts',
      'workers/main.ts',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    // Runs before anything is installed: plain JavaScript, which has no types to check.
    files: ['**/*.mjs', '*.js'],
    ...tseslint.configs.disableTypeChecked,
  },
);
