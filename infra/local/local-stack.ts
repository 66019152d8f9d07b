import { type Config, type Environment, loadConfig } from '../config.js';
import { provisionEmbeddingModel } from '../embedding/provision-model.js';
import { entryPoint } from '../entry-point.js';
import { openDataFolder } from './data-folder.js';
import { DataFolderInUse, lockDataFolder, lockHolder } from './folder-lock.js';
import type { LogLine } from './log-lines.js';
import { reapOrphans } from './orphan-reaper.js';
import { anyFreePort, freePortFrom, portProblem } from './ports.js';
import { identifyProcess, isAlive } from './process-identity.js';
import { provisionTemporalCli } from './provision/temporal-cli.js';
import {
  apiProcess,
  apiUrl,
  LOOPBACK,
  postgresProcess,
  type StackPorts,
  temporalProcess,
  temporalUiUrl,
  workerProcess,
} from './stack-processes.js';
import { readStackState, removeStackState, type StackProcess, writeStackState } from './stack-state.js';
import { Supervisor } from './supervisor.js';

export interface LocalStackOptions {
  readonly env: Environment;
  /** A line of a child, or of the stack itself (name `medindex`). */
  readonly onLine: (name: string, line: LogLine) => void;
  /** `exact`: a taken PORT is an error. `next free`: another one is taken, and said. */
  readonly publicPort: 'exact' | 'next free';
  /** Gives up starting; what was started is stopped, and the start rejects. */
  readonly signal: AbortSignal;
}

export interface LocalStack {
  readonly url: string;
  readonly adminKeyFile: string;
  /** `null` when the Temporal server is somebody else's and TEMPORAL_UI_URL does not name its UI. */
  readonly temporalUiUrl: string | null;
  /** Rejects with `ProcessGaveUp` when a process keeps failing. */
  readonly givenUp: Promise<never>;
  /** Drains and ends everything; `force` kills. Never rejects; may be called again with `force`. */
  stop(options?: { force?: boolean }): Promise<void>;
}

/** Usual ports of the internal servers; the next free ones are taken where another stack has them. */
const TEMPORAL_PORT = 7233;
const TEMPORAL_UI_PORT = 8233;
const TEMPORAL_HTTP_PORT = 7243;
/** Not 5432, so that no tool of a native Postgres talks to it by accident. */
const POSTGRES_PORT = 15_432;

/**
 * Starts the whole system on this machine, each part a process of its own, and resolves when it can serve.
 * Errors: `InvalidSettings`, `DataFolderInUse`, `ProcessGaveUp`, and plain errors whose text says what to do.
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const config = loadConfig(options.env);
  const say = (text: string): void => options.onLine('medindex', { level: 'info', text });
  const folder = openDataFolder(config.dataDir);
  const holder = lockHolder(folder.path);
  if (holder) throw new DataFolderInUse(folder.path, holder);

  const ports = await choosePorts(config, options.publicPort, say);
  const url = apiUrl(config, ports);
  const lock = lockDataFolder(folder.path, url);
  const abandoned = abortion(options.signal);
  const uiUrl = config.temporal.address === null ? temporalUiUrl(ports) : config.temporal.uiUrl;
  let ready = false;
  const onProcesses = (processes: readonly StackProcess[]): void => {
    writeStackState(folder.path, {
      url,
      ready,
      supervisor: identifyProcess(process.pid) ?? { pid: process.pid, startedAt: '' },
      temporal: { address: config.temporal.address ?? `${LOOPBACK}:${ports.temporal}`, uiUrl },
      databaseUrl: config.databaseUrl === null ? 'embedded' : 'external',
      processes,
    });
  };
  let supervisor: Supervisor | null = null;
  const stop = async (how: { force?: boolean } = {}): Promise<void> => {
    await supervisor?.stop(how);
    removeStackState(folder.path);
    lock.release();
  };
  try {
    await reapLastStack(folder.path, say);
    supervisor = new Supervisor({
      onLine: options.onLine,
      onNotice: (name, line) => options.onLine('medindex', { level: line.level, text: `${name} ${line.text}` }),
      onProcesses,
      reaperPath: entryPoint('infra/local/orphan-reaper.js'),
    });
    const begun = supervisor;
    const wiring = { config, env: options.env, folder, ports };
    const bringUp = async (): Promise<void> => {
      // The database opens its files while the rest is still being found or downloaded.
      const postgres =
        config.databaseUrl === null ? begun.start([postgresProcess({ ...wiring, modelFolder: null })]) : null;
      postgres?.catch(() => undefined);
      const modelFolder = await findModel(config, say);
      if (config.temporal.address === null) {
        const cli = await provisionTemporalCli({
          cacheDir: config.cacheDir,
          env: options.env,
          log: say,
          signal: options.signal,
        });
        await begun.start([temporalProcess({ ...wiring, modelFolder }, cli.path)]);
      }
      await postgres;
      await begun.start([workerProcess({ ...wiring, modelFolder }), apiProcess({ ...wiring, modelFolder })]);
    };
    await Promise.race([bringUp(), begun.givenUp, abandoned]);
    ready = true;
    onProcesses(begun.processes());
    return { url, adminKeyFile: folder.adminKeyFile, temporalUiUrl: uiUrl, givenUp: begun.givenUp, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function choosePorts(
  config: Config,
  publicPort: LocalStackOptions['publicPort'],
  say: (text: string) => void,
): Promise<StackPorts> {
  const taken = new Set<number>();
  const claim = async (name: string, wanted: number, host = LOOPBACK): Promise<number> => {
    const port = await freePortFrom(host, wanted, taken);
    if (port !== wanted) say(`Port ${wanted} is taken; ${name} takes ${port}.`);
    taken.add(port);
    return port;
  };
  const api = await chooseApiPort(config, publicPort, () => claim('the API', config.port, config.host));
  taken.add(api);
  return {
    api,
    postgres: config.databaseUrl === null ? await claim('the database', POSTGRES_PORT) : 0,
    ...(config.temporal.address === null
      ? {
          temporal: await claim('Temporal', TEMPORAL_PORT),
          temporalUi: await claim("Temporal's UI", TEMPORAL_UI_PORT),
          temporalHttp: await claim("Temporal's HTTP API", TEMPORAL_HTTP_PORT),
        }
      : { temporal: 0, temporalUi: 0, temporalHttp: 0 }),
  };
}

async function chooseApiPort(
  config: Config,
  publicPort: LocalStackOptions['publicPort'],
  claimNext: () => Promise<number>,
): Promise<number> {
  if (config.port === 0) return anyFreePort(config.host);
  switch (await portProblem(config.host, config.port)) {
    case null:
      return config.port;
    case 'taken':
      if (publicPort === 'next free') return claimNext();
      throw new Error(
        `Port ${config.port} on ${config.host} is taken by another program. Stop that program, ` +
          `or start medindex on another port: PORT=${config.port + 1} npm start (PORT=0 takes any free one).`,
      );
    case 'forbidden':
      throw new Error(
        `You may not listen on port ${config.port} of ${config.host}. Choose one above 1023: PORT=8080 npm start`,
      );
    case 'no such address':
      throw new Error(
        `This machine has no address ${config.host}. Use HOST=127.0.0.1 (only this machine) or HOST=0.0.0.0 (all networks).`,
      );
  }
}

/** A stack whose supervisor was killed may have left processes; they are ended before anything touches their files. */
async function reapLastStack(dataDir: string, say: (text: string) => void): Promise<void> {
  const orphans = (readStackState(dataDir)?.processes ?? []).filter(isAlive);
  if (orphans.length === 0) return;
  say(
    `The last stack on this folder was killed; ending what it left running: ${orphans.map(({ name }) => name).join(', ')}.`,
  );
  await reapOrphans(orphans);
}

async function findModel(config: Config, say: (text: string) => void): Promise<string | null> {
  if (config.embedding.provider !== 'onnx') return null;
  const { modelPath } = config.embedding;
  const found = await provisionEmbeddingModel({
    ...(modelPath === null ? {} : { modelPath }),
    cacheDir: config.cacheDir,
    log: say,
  });
  if (found) return found.folder;
  say('No embedding model could be had: search works by text (BM25) only, and every answer says so.');
  return null;
}

function abortion(signal: AbortSignal): Promise<never> {
  const promise = new Promise<never>((_, reject) => {
    const abort = (): void => reject(new Error('stopped while starting'));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
  promise.catch(() => undefined);
  return promise;
}
