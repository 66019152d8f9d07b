// Brings a checkout from "just cloned" to "can run": dependencies, then the compiled code. Node built-ins only. All
// words go to stderr, because stdout belongs to the command that comes after.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { layOutClientPackage } from './client-package.mjs';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const DIST = join(ROOT, 'dist');
const BUILD_STAMP = join(DIST, '.build-stamp.json');
const CONSOLE_STAMP = join(DIST, 'console', '.build-stamp.json');
const VITE = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');

/** What programs of others install from a running system. */
const CLIENT_PACKAGE = join(DIST, 'client', 'medindex.tgz');

/** Names the process whose turn it is. Not in node_modules, which npm empties first. */
const TURN = join(DIST, '.setup-turn');
const TURN_POLL_MS = 200;

/** How often somebody who waits without a progress bar hears that it goes on. */
const SIGN_OF_LIFE_MS = 15_000;

/** What tsconfig.build.json compiles. */
const SOURCE_FOLDERS = ['core', 'workflows', 'activities', 'workers', 'api', 'infra', 'bench'];
/** Compiled by Vite. */
const CONSOLE = join('api', 'console');
const BUILD_SETTINGS = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

/** What the console's page is made from; its imports of `api/schemas` are types, which leave nothing in it. */
const CONSOLE_SOURCES = ['api/console', 'api/client', 'core/contract', 'package-lock.json'];

/** Ends the start with a text for people, without a stack trace. */
class SetupFailed extends Error {
  name = 'SetupFailed';
}

const COMMANDS = {
  start: (args) => runCompiled('infra/local/start.js', args),
  provision: (args) => runCompiled('infra/local/get-model.js', args),
  demo: (args) => runCompiled('infra/local/demo.js', args),
  bench: (args) => runCompiled('bench/main.js', args),
  // The same program: what is measured of ranking, beside what is measured of speed.
  eval: (args) => runCompiled('bench/main.js', args),
  build: () => prepare(),
  test: runTests,
};

/** Runs one of the commands of package.json. */
export async function runCommand(name, args) {
  const command = Object.hasOwn(COMMANDS, name ?? '') ? COMMANDS[name] : undefined;
  if (!command)
    throw new SetupFailed(`usage: node infra/local/bootstrap.mjs ${Object.keys(COMMANDS).join('|')} [arguments]`);
  await command(args);
}

/** Installs and builds where needed, then becomes the compiled program: same process, so signals and exit codes are its own. */
export async function runCompiled(compiledModule, args) {
  await prepare();
  const path = join(DIST, compiledModule);
  if (!existsSync(path)) throw new SetupFailed(`this checkout has no ${compiledModule.replace(/\.js$/, '.ts')}`);
  process.argv = [process.execPath, path, ...args];
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(path).href);
}

/** Types first, then the suites; further arguments go to vitest: `npm test -- test/unit`. */
async function runTests(args) {
  await prepare();
  say('Checking types.');
  let code = await run(process.execPath, [TSC, '--noEmit', '-p', join(ROOT, 'tsconfig.json')]);
  if (code === 0) code = await run(process.execPath, [TSC, '-p', join(ROOT, 'api', 'console')]);
  if (code === 0) {
    say('Running the tests.');
    code = await run(process.execPath, [
      join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--root',
      ROOT,
      ...args,
    ]);
  }
  process.exitCode = code;
}

async function prepare() {
  const release = await takeTurn();
  try {
    const missing = installProblem();
    if (missing) await install(missing);
    await build();
    await buildConsole();
  } finally {
    release();
  }
}

/**
 * One command at a time installs and compiles in a checkout: `npm start` beside `npm test` is common. The turn of a
 * process that is gone is taken over. Gives the function that ends the turn.
 */
async function takeTurn() {
  for (let told = false; ;) {
    try {
      mkdirSync(DIST, { recursive: true });
      writeFileSync(TURN, String(process.pid), { flag: 'wx' });
      const release = () => rmSync(TURN, { force: true });
      process.once('exit', release);
      return () => {
        process.off('exit', release);
        release();
      };
    } catch (error) {
      if (error.code !== 'EEXIST') throw new SetupFailed(`The checkout ${ROOT} cannot be written to (${error.code}).`);
    }
    if (isStale(TURN)) {
      rmSync(TURN, { force: true });
      continue;
    }
    if (!told) say('Another medindex command is installing or compiling in this checkout; waiting for it.');
    told = true;
    await new Promise((resolve) => setTimeout(resolve, TURN_POLL_MS));
  }
}

function isStale(turn) {
  try {
    const pid = Number(readFileSync(turn, 'utf8'));
    // A turn that is just being written is still empty.
    if (pid === 0) return Date.now() - statSync(turn).mtimeMs > TURN_POLL_MS * 10;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** Why `npm ci` is needed; `null` when node_modules is what package-lock.json asks for. */
function installProblem() {
  const wanted = readJson(join(ROOT, 'package-lock.json'));
  if (!wanted)
    throw new SetupFailed('package-lock.json is missing or damaged; restore it: git checkout package-lock.json');
  // npm writes this list last, so an interrupted install has none.
  const installed = readJson(join(ROOT, 'node_modules', '.package-lock.json'));
  if (!installed) return 'they are not installed yet';
  for (const [path, entry] of Object.entries(wanted.packages)) {
    if (path === '') continue;
    const found = installed.packages[path];
    // Optional ones that are left out are for other operating systems.
    if (
      !found
        ? !entry.optional && !entry.devOptional
        : found.version !== entry.version || found.integrity !== entry.integrity
    ) {
      return 'package-lock.json has changed';
    }
  }
  return null;
}

async function install(why) {
  say(`Installing the packages of package-lock.json (${why}). That takes 1 to 3 minutes the first time.`);
  const npm = npmCommand();
  // NODE_ENV=production would leave out the compiler.
  const args = [...npm.args, 'ci', '--include=dev', '--no-audit', '--no-fund'];
  const code = await run(npm.command, args, { alive: 'Still installing', output: 'stderr' });
  if (code !== 0) {
    throw new SetupFailed(
      `\n"npm ci" failed (exit code ${code}); its words are above. If it cannot reach its registry, check the ` +
        'network, a proxy (npm config set proxy …) or a mirror (npm config set registry …). If package.json and ' +
        'package-lock.json do not fit together, put them back: git checkout package.json package-lock.json. ' +
        'Then run the command again.',
    );
  }
}

/** The npm that runs us, else the one on the PATH. */
function npmCommand() {
  const path = process.env.npm_execpath;
  if (path && /npm-cli\.c?js$/.test(path) && existsSync(path)) return { command: process.execPath, args: [path] };
  return { command: 'npm', args: [] };
}

/** Compiles when a source file was added, changed or removed since the last time. */
async function build() {
  const sources = listSources();
  const fingerprint = createHash('sha256').update(JSON.stringify(sources)).digest('hex');
  const stamp = readJson(BUILD_STAMP);
  if (stamp?.fingerprint === fingerprint) return;
  const paths = sources.map(([path]) => path);
  // Compiled code whose source is gone must not go on living.
  const orphans = (stamp?.paths ?? []).filter((path) => path.endsWith('.ts') && !paths.includes(path));
  for (const path of orphans) {
    for (const end of ['.js', '.js.map']) rmSync(join(DIST, path.replace(/\.ts$/, end)), { force: true });
  }
  say(stamp ? 'Compiling what has changed.' : 'Compiling medindex. That takes about half a minute the first time.');
  rmSync(BUILD_STAMP, { force: true });
  await step([TSC, '-p', join(ROOT, 'tsconfig.build.json')], 'The sources do not compile; see the messages above.');
  await step([join(DIST, 'workers', 'bundle.js')], 'The workflows could not be bundled; see the messages above.');
  await packClient();
  writeFileSync(BUILD_STAMP, JSON.stringify({ fingerprint, paths }));
}

/** A second of npm; it writes the archive as registries have them. */
async function packClient() {
  const folder = join(DIST, 'client', 'package');
  layOutClientPackage(ROOT, folder);
  const npm = npmCommand();
  const to = dirname(CLIENT_PACKAGE);
  const args = [...npm.args, 'pack', folder, '--pack-destination', to, '--silent', '--ignore-scripts'];
  const code = await run(npm.command, args, { output: 'none' });
  if (code !== 0) throw new SetupFailed(`"npm pack" of the client failed (exit code ${code}); its words are above.`);
  const { name, version } = readJson(join(folder, 'package.json'));
  renameSync(join(to, `${name}-${version}.tgz`), CLIENT_PACKAGE);
}

/** The console's page: 2 s, and only when the content of its sources has changed. */
async function buildConsole() {
  const hash = createHash('sha256');
  for (const path of CONSOLE_SOURCES.flatMap(filesUnder)) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(ROOT, path)))
      .update('\0');
  }
  const fingerprint = hash.digest('hex');
  if (readJson(CONSOLE_STAMP)?.fingerprint === fingerprint) return;
  say('Building the console.');
  const config = join(ROOT, 'api', 'console', 'vite.config.mjs');
  await step([VITE, 'build', '--config', config], 'The console could not be built; see the messages above.');
  writeFileSync(CONSOLE_STAMP, JSON.stringify({ fingerprint }));
}

/** A file, or all files of a folder; paths from the checkout's root, in order. */
function filesUnder(path) {
  if (!statSync(join(ROOT, path)).isDirectory()) return [path];
  return readdirSync(join(ROOT, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

async function step(args, complaint) {
  if ((await run(process.execPath, args, { alive: 'Still compiling', output: 'stderr' })) !== 0)
    throw new SetupFailed(complaint);
}

/** [path, size, modification time] of all that the compiled code is made from. */
function listSources() {
  const files = SOURCE_FOLDERS.filter((folder) => existsSync(join(ROOT, folder))).flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => relative(ROOT, join(entry.parentPath ?? entry.path, entry.name)))
      .filter((path) => !path.startsWith(CONSOLE)),
  );
  return [...files, ...BUILD_SETTINGS].sort().map((path) => {
    const { size, mtimeMs } = statSync(join(ROOT, path));
    return [path, size, mtimeMs];
  });
}

/**
 * Runs a program in the checkout and gives its exit code. SIGTERM is passed on; Ctrl-C reaches it by itself, as it is in
 * the same terminal, and we wait for its end.
 */
function run(command, args, { alive, output } = {}) {
  return new Promise((resolve, reject) => {
    const stdio = ['inherit', { stderr: 2, none: 'ignore' }[output] ?? 'inherit', 'inherit'];
    const child = spawn(command, args, { cwd: ROOT, stdio });
    const begun = performance.now();
    const signs = alive
      ? setInterval(() => say(`${alive} (${Math.round((performance.now() - begun) / 1000)} s).`), SIGN_OF_LIFE_MS)
      : undefined;
    const passOn = (signal) => child.kill(signal);
    const wait = () => undefined;
    process.on('SIGTERM', passOn);
    process.on('SIGINT', process.stdin.isTTY ? wait : passOn);
    const done = () => {
      clearInterval(signs);
      process.off('SIGTERM', passOn);
      process.off('SIGINT', process.stdin.isTTY ? wait : passOn);
    };
    child.once('error', (error) => {
      done();
      reject(new SetupFailed(`${command} cannot be run (${error.code}). Is it installed and on the PATH?`));
    });
    child.once('exit', (code, signal) => {
      done();
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

function say(sentence) {
  process.stderr.write(`medindex: ${sentence}\n`);
}
