import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));

/** Builds the console into dist/console, where the API finds it. Called by infra/local/setup.mjs. */
export default {
  root: HERE,
  base: '/',
  // Only what the sources name; no folder is copied, and no .env file is read.
  publicDir: false,
  envDir: false,
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: join(HERE, '..', '..', 'dist', 'console'),
    emptyOutDir: true,
    // An inlined file would be a data: address, which the page's policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What has no newest browser still has one of these: `light-dark()`, `<dialog>`, `:has()`.
    target: ['chrome123', 'edge123', 'firefox121', 'safari17.5'],
  },
};
