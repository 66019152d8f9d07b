#!/usr/bin/env node
// What `npm run demo`, `npm start`, `npm test`, `npm run bench` and `npm run build` call: the one program that runs
// before anything is installed. This file keeps to what Node 14 understands, so that an old Node gets a sentence
// and not a syntax error; the rest is in setup.mjs and in the compiled code.

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `medindex needs Node.js 20.19 or later; this is ${process.versions.node}. ` +
      'Install a current one from https://nodejs.org (or: nvm install 22) and run the command again.\n',
  );
  process.exit(1);
}

import('./setup.mjs')
  .then((setup) => setup.runCommand(process.argv[2], process.argv.slice(3)))
  .catch((error) => {
    process.stderr.write(
      `${error && error.name === 'SetupFailed' ? error.message : (error && error.stack) || error}\n`,
    );
    process.exit(1);
  });
