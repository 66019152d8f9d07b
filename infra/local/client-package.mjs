// Lays out the package that programs of others install from a running system (`/client/medindex.tgz`): the client's entry
// points of package.json with the compiled files that they lead to, and nothing of the server. Node built-ins only.

import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Imports of a compiled module or of its declarations. */
const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g;

const README = `# Client of medindex

For Node and browsers, typed, with a retriever and a vector store for LangChain. It was made by the system from which it was
installed and fits its API; \`<address of the system>/docs\` tells of all calls.

\`\`\`ts
import { MedindexClient } from 'medindex/client';

const client = new MedindexClient({ url: 'http://127.0.0.1:8080', apiKey: process.env.MEDINDEX_KEY });
const { data } = await client.context({ query: 'adrenaline dose for a child of 8 years', maxTokens: 2000 });
console.log(data.answerable, data.text, data.citations);
\`\`\`
`;

/** Only for whoever uses it. */
const OPTIONAL = '@langchain/core';

/**
 * Fills `folder` with the package, from the built checkout `root`. Errors: throws where an entry point leads to a package that the
 * checkout does not depend on, or to a file that was not compiled.
 */
export function layOutClientPackage(root, folder) {
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const entries = Object.entries(own.exports).filter(([, target]) => typeof target !== 'string');
  const packages = new Set();
  const files = new Set();
  for (const path of entries.flatMap(([, { types, default: code }]) => [types, code])) {
    follow(join(root, path), files, packages);
  }
  rmSync(folder, { recursive: true, force: true });
  for (const file of files) {
    const copy = join(folder, relative(root, file));
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(file, copy);
  }
  const versionOf = (name) => {
    const version = own.dependencies[name];
    if (version === undefined) throw new Error(`the client imports ${name}, which is no dependency`);
    return [name, version];
  };
  const needed = [...packages].filter((name) => name !== OPTIONAL).map(versionOf);
  const { name, version, license, type, engines } = own;
  const about = {
    ...{ name, version, license, type, engines },
    description: 'Client of medindex, with a retriever and a vector store for LangChain.',
    exports: Object.fromEntries(entries),
    sideEffects: false,
    dependencies: Object.fromEntries(needed),
    peerDependencies: Object.fromEntries([versionOf(OPTIONAL)].map(([peer, exact]) => [peer, `^${exact}`])),
    peerDependenciesMeta: { [OPTIONAL]: { optional: true } },
  };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(about, null, 2)}\n`);
  writeFileSync(join(folder, 'README.md'), README);
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
}

/** The file and all files that it leads to; other packages by their names. */
function follow(file, files, packages) {
  if (files.has(file)) return;
  if (!existsSync(file)) throw new Error(`${file} was not compiled`);
  files.add(file);
  for (const [, name] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
    if (!name.startsWith('.')) packages.add(name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
    else follow(join(dirname(file), file.endsWith('.d.ts') ? name.replace(/\.js$/, '.d.ts') : name), files, packages);
  }
}
