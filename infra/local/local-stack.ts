import { join } from 'node:path';
import { type Config, loadConfig } from '../config.js';
import { unknownSettingSentence } from '../config/unknown-settings.js';
import type { Environment } from '../settings-reader.js';
import { provisionEmbeddingModel } from '../embedding/provision/provision-model.js';
import { provisionPhiModel } from '../screening/provision/provision-phi-model.js';
import { entryPoint } from '../entry-point.js';
import { checkMachine } from './check-machine.js';
import { choosePorts, LOOPBACK, type PublicPort, type StackPorts } from './choose-ports.js';
import { type DataFolder, openDataFolder } from './data-folder.js';
import { lockDataFolder } from '../data-folder/folder-lock.js';
import type { LogLine } from './log-lines.js';
import { reapOrphans } from './orphan-reaper.js';
import { PortReservations } from './port-reservations.js';
import { identifyProcess, isAlive } from '../process-identity.js';
import { provisionTemporalCli } from './provision/temporal-cli.js';
import {
  apiProcess,
  apiUrl,
  postgresProcess,
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
  readonly publicPort: PublicPort;
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

/**
 * Starts the whole system on this machine, each part a process of its own, and resolves when it can serve.
 * Errors: `InvalidSettings`, `DataFolderInUse`, `ProcessGaveUp`, and plain errors whose text says what to do.
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const config = loadConfig(options.env);
  const say = (text: string): void => options.onLine('medindex', { level: 'info', text });
  for (const setting of config.unknown) {
    options.onLine('medindex', { level: 'warn', text: unknownSettingSentence(setting) });
  }
  const folder = openDataFolder(config.dataDir);
  const machine = await checkMachine(folder.path);
  say(machine.summary);
  for (const text of machine.warnings) options.onLine('medindex', { level: 'warn', text });
  const lock = lockDataFolder(folder.path, `http://${config.host}:${config.port}`);
  const reservations = new PortReservations(join(config.cacheDir, 'ports'));
  const release = (): void => {
    reservations.releaseAll();
    lock.release();
  };
  try {
    await reapLastStack(folder.path, say);
    const ports = await choosePorts({ config, publicPort: options.publicPort, reservations, say });
    lock.moveTo(apiUrl(config, ports));
    return await runStack({ ...options, config, folder, release, ports, say });
  } catch (error) {
    release();
    throw error;
  }
}

interface RunStackInput extends LocalStackOptions {
  readonly config: Config;
  readonly folder: DataFolder;
  /** Gives folder and ports free. */
  readonly release: () => void;
  readonly ports: StackPorts;
  readonly say: (text: string) => void;
}

async function runStack(input: RunStackInput): Promise<LocalStack> {
  const { config, folder, release, ports, say } = input;
  const url = apiUrl(config, ports);
  const abandoned = abortion(input.signal);
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
  const supervisor = new Supervisor({
    onLine: input.onLine,
    onNotice: (name, line) => input.onLine('medindex', { level: line.level, text: `${name} ${line.text}` }),
    onProcesses,
    reaperPath: entryPoint('infra/local/orphan-reaper.js'),
  });
  const stop = async (how: { force?: boolean } = {}): Promise<void> => {
    await supervisor.stop(how);
    removeStackState(folder.path);
    release();
  };
  try {
    const wiring = { config, env: input.env, folder, ports };
    const bringUp = async (): Promise<void> => {
      // The database opens its files while the rest is still being found or downloaded.
      const postgres =
        config.databaseUrl === null
          ? supervisor.start([postgresProcess({ ...wiring, modelFolder: null, phiModelFolder: null })])
          : null;
      postgres?.catch(() => undefined);
      const cliPath = findCli(input);
      cliPath.catch(() => undefined);
      const modelFolder = await findModel(config, say);
      const phiModelFolder = await findPhiModel(config, say);
      const told = { ...wiring, modelFolder, phiModelFolder };
      const cli = await cliPath;
      if (cli !== null) await supervisor.start([temporalProcess(told, cli)]);
      await postgres;
      await supervisor.start([workerProcess(told), apiProcess(told)]);
    };
    await Promise.race([bringUp(), supervisor.givenUp, abandoned]);
    ready = true;
    onProcesses(supervisor.processes());
    return { url, adminKeyFile: folder.adminKeyFile, temporalUiUrl: uiUrl, givenUp: supervisor.givenUp, stop };
  } catch (error) {
    await stop();
    throw error;
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

/** `null`: the Temporal server is somebody else's. */
async function findCli({ config, env, say, signal }: RunStackInput): Promise<string | null> {
  if (config.temporal.address !== null) return null;
  return (await provisionTemporalCli({ cacheDir: config.cacheDir, env, log: say, signal })).path;
}

async function findModel(config: Config, say: (text: string) => void): Promise<string | null> {
  if (config.embedding.provider !== 'onnx') return null;
  const { model, modelPath } = config.embedding;
  const found = await provisionEmbeddingModel({
    model,
    ...(modelPath === null ? {} : { modelPath }),
    cacheDir: config.cacheDir,
    log: say,
  });
  return found?.folder ?? null;
}

/** `null`: rules alone. */
async function findPhiModel({ screening, cacheDir }: Config, say: (text: string) => void): Promise<string | null> {
  if (screening.detector === 'rules') return null;
  const { modelPath } = screening;
  const found = await provisionPhiModel({ ...(modelPath === null ? {} : { modelPath }), cacheDir, log: say });
  return found?.folder ?? null;
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
