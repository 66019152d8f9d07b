import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createPool } from '../../infra/postgres/pool.js';
import type { Say } from '../bench.js';
import { MissingForBench } from './missing.js';
import { modelsFolder, shared } from './samples.js';

const run = promisify(execFile);

export interface PeerIngest {
  readonly chunks: number;
  readonly seconds: number;
  readonly maxRssMiB: number;
}

export interface PeerQueries {
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** The loader that the peer reads PDFs with, alone: a line of JSON with the pages of each file. */
const LOAD_PDFS = `
import { PDFLoader } from '@langchain/community/document_loaders/fs/pdf';
for (const path of process.argv.slice(2)) {
  const pages = await new PDFLoader(path).load();
  console.log(JSON.stringify(pages.map((page) => page.pageContent)));
}
`;
/** A page of text is a few kilobytes. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/**
 * What a developer would write today instead of medindex, with its own defaults. Installed into a temporary folder that
 * is kept between benches (650 MB, two minutes), and never part of the project.
 */
export class Peer {
  /** Errors: `MissingForBench` when the packages cannot be installed. */
  static async install(say: Say): Promise<Peer> {
    const source = shared('peers', 'langchain');
    const manifest = await readFile(join(source, 'package.json'));
    const digest = createHash('sha256').update(manifest).digest('hex').slice(0, 12);
    const folder = join(tmpdir(), `medindex-bench-peer-${digest}`);
    if (!(await isThere(folder))) {
      say('installing the peer into a temporary folder: one to three minutes, once');
      const draft = `${folder}.${process.pid}`;
      try {
        await mkdir(draft, { recursive: true });
        await cp(join(source, 'package.json'), join(draft, 'package.json'));
        // Install scripts download what is not used here.
        await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: draft });
        await rename(draft, folder);
      } catch (error) {
        throw new MissingForBench(`The peer cannot be installed: ${error instanceof Error ? error.message : ''}`);
      } finally {
        await rm(draft, { recursive: true, force: true });
      }
    }
    await cp(join(source, 'peer.mjs'), join(folder, 'peer.mjs'), { force: true });
    return new Peer(folder);
  }

  private constructor(private readonly folder: string) {}

  async ingest(databaseUrl: string, files: string): Promise<PeerIngest> {
    const pool = await createPool({ databaseUrl, kind: 'native', maxConnections: 1 });
    await pool.query('create extension if not exists vector');
    await pool.end();
    const { chunks, seconds, maxRssMB } = (await this.#run(databaseUrl, ['ingest', files])) as {
      chunks: number;
      seconds: number;
      maxRssMB: number;
    };
    return { chunks, seconds, maxRssMiB: maxRssMB };
  }

  async query(databaseUrl: string, queriesFile: string, k: number): Promise<PeerQueries> {
    return (await this.#run(databaseUrl, ['query', queriesFile, String(k)])) as PeerQueries;
  }

  /** The text of PDF files by the peer's loader, in the order of the paths, pages joined as the loader does it. */
  async loadPdfs(paths: readonly string[]): Promise<string[]> {
    await writeFile(join(this.folder, 'load-pdfs.mjs'), LOAD_PDFS);
    const { stdout } = await run(process.execPath, ['load-pdfs.mjs', ...paths], {
      cwd: this.folder,
      maxBuffer: MAX_OUTPUT_BYTES,
    });
    const lines = stdout.split('\n').filter((line) => line.startsWith('['));
    return lines.map((line) => (JSON.parse(line) as string[]).join('\n\n'));
  }

  /** Runs it and reads the JSON of its last line. */
  async #run(databaseUrl: string, args: readonly string[]): Promise<unknown> {
    const child = spawn(process.execPath, ['peer.mjs', ...args], {
      cwd: this.folder,
      env: { ...process.env, DATABASE_URL: databaseUrl, MODEL_DIR: modelsFolder() },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
    child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
    const code = await new Promise((resolve) => child.once('exit', resolve));
    const last = stdout.trim().split('\n').at(-1) ?? '';
    if (code !== 0 || !last.startsWith('{'))
      throw new Error(`the peer ended with ${String(code)}:\n${stderr.slice(-2_000)}`);
    return JSON.parse(last);
  }
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
