#!/usr/bin/env node
// `npx medindex …`: the command line, installed and built first where that is missing. stdout belongs to the command.

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`medindex needs Node.js 20.19 or later; this is ${process.versions.node}.\n`);
  process.exit(1);
}

import('./setup.mjs')
  .then((setup) => setup.runCompiled('api/cli/main.js', process.argv.slice(2)))
  .catch((error) => {
    process.stderr.write(
      `${error && error.name === 'SetupFailed' ? error.message : (error && error.stack) || error}\n`,
    );
    process.exit(1);
  });
