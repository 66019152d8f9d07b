import { randomUUID } from 'node:crypto';
import { extname } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { ingestUploadsWorkflowId } from '../../core/contract/ids.js';
import { type AcceptedRun, GATHERED_WITHIN_MS, type Run, type RunCatalog } from '../../core/ports/run-catalog.js';
import type { WorkflowStarter } from '../../core/ports/workflow-starter.js';
import { startRun } from './start-run.js';

/** As many as a sync reads together: what a crash repeats at most. */
const MAX_UPLOADS = 64;
/** Some 45 passages, or two seconds of one core: who travels with a file waits for it. */
const MAX_FILE_BYTES = 32 * 1024;
/** Some 350 passages, or seven seconds of two cores: so long the first of a batch waits for the last. */
const MAX_TOTAL_BYTES = 256 * 1024;

/**
 * While uploads go on coming, each group is gathered for twice as long as the one before, up to so many windows: the workers have
 * enough to do meanwhile. On a busy machine 200 files come in at five a second: with a fixed window most of them were alone.
 */
const MOST_WINDOWS = 8;
/** Whoever comes so many windows after a start is the first again. */
const QUIET_WINDOWS = 3;

/** By their names these have pages or records, and get a workflow of their own in any case. Others are told by their bytes, later. */
const READ_ALONE: ReadonlySet<string> = new Set(['.pdf', '.png', '.jpg', '.jpeg', '.tif', '.tiff', '.xml', '.gz']);

/** A collection in which something started lately. */
interface Busy {
  readonly timer: NodeJS.Timeout;
  /** For which the next group is gathered. */
  readonly windows: number;
}

/** Uploads of one collection that wait for their start. */
interface Group {
  readonly workflowId: string;
  readonly runs: Run[];
  readonly log: FastifyBaseLogger;
  readonly windows: number;
  readonly timer: NodeJS.Timeout;
}

export interface GatherUploadsInput {
  readonly runs: Pick<RunCatalog, 'gather'>;
  readonly starter: WorkflowStarter;
  /** How long the first ones behind one that started at once wait for others; 0: each starts at once, in a workflow of its own. */
  readonly windowMs: number;
}

/**
 * Starts accepted uploads. One that comes alone starts at once; small ones of the same collection that come shortly after it
 * are gathered for a window, and start in one workflow; those behind them for longer, as long as uploads go on coming. Whatever
 * gets lost here is on record, and the reconciler starts it: a run that was not gathered yet in its own workflow, a gathered one
 * with the others of its workflow.
 */
export class UploadGathering {
  readonly #runs: Pick<RunCatalog, 'gather'>;
  readonly #starter: WorkflowStarter;
  readonly #windowMs: number;
  readonly #groups = new Map<string, Group>();
  readonly #busy = new Map<string, Busy>();
  readonly #starting = new Set<Promise<void>>();

  constructor({ runs, starter, windowMs }: GatherUploadsInput) {
    this.#runs = runs;
    this.#starter = starter;
    this.#windowMs = windowMs;
  }

  /** Never throws. Answers the workflow in which the run travels. */
  async start({ run, joined }: AcceptedRun, log: FastifyBaseLogger): Promise<string> {
    const collection = `${run.organizationId} ${run.collectionId}`;
    // Whoever accepted it is about to start it, perhaps with others.
    if (joined && Date.now() - run.acceptedAt.getTime() < GATHERED_WITHIN_MS) {
      const group = this.#groups.get(collection);
      return group?.runs.some(({ runId }) => runId === run.runId) ? group.workflowId : run.workflowId;
    }
    if (joined || this.#windowMs === 0 || !isGathered(run)) {
      await startRun({ starter: this.#starter, run, log });
      return run.workflowId;
    }
    if (!this.#groups.has(collection) && !this.#busy.has(collection)) {
      this.#keepBusy(collection, 1);
      await startRun({ starter: this.#starter, run, log });
      return run.workflowId;
    }
    return this.#gather(collection, run, log).workflowId;
  }

  /** Starts what waits, and resolves when all of it was started. */
  async close(): Promise<void> {
    for (const collection of this.#groups.keys()) this.#startGroup(collection);
    for (const { timer } of this.#busy.values()) clearTimeout(timer);
    await Promise.all(this.#starting);
  }

  #gather(collection: string, run: Run, log: FastifyBaseLogger): Group {
    const waiting = this.#groups.get(collection);
    if (waiting && !hasRoom(waiting, run)) this.#startGroup(collection);
    const group = this.#groups.get(collection) ?? this.#newGroup(collection, run, log);
    group.runs.push(run);
    return group;
  }

  #newGroup(collection: string, { organizationId }: Run, log: FastifyBaseLogger): Group {
    const workflowId = ingestUploadsWorkflowId(organizationId, randomUUID());
    const windows = this.#busy.get(collection)?.windows ?? 1;
    const timer = setTimeout(() => this.#startGroup(collection), windows * this.#windowMs);
    const group = { workflowId, runs: [], log, windows, timer };
    this.#groups.set(collection, group);
    return group;
  }

  #startGroup(collection: string): void {
    const group = this.#groups.get(collection);
    if (!group) return;
    clearTimeout(group.timer);
    this.#groups.delete(collection);
    this.#keepBusy(collection, Math.min(2 * group.windows, MOST_WINDOWS));
    const starting = this.#startTogether(group).finally(() => this.#starting.delete(starting));
    this.#starting.add(starting);
  }

  async #startTogether({ workflowId, runs, log }: Group): Promise<void> {
    const [first] = runs;
    if (!first) return;
    const runIds = runs.map(({ runId }) => runId);
    try {
      // Some may have been cancelled, or have waited so long for the database that the reconciler has them.
      if ((await this.#runs.gather(first.organizationId, runIds, workflowId)).length === 0) return;
    } catch (error) {
      log.warn({ workflowId, err: error }, 'uploads not gathered, the reconciler starts them one by one');
      return;
    }
    await startRun({ starter: this.#starter, run: { ...first, workflowId }, log });
  }

  #keepBusy(collection: string, windows: number): void {
    clearTimeout(this.#busy.get(collection)?.timer);
    const timer = setTimeout(() => this.#busy.delete(collection), QUIET_WINDOWS * this.#windowMs);
    this.#busy.set(collection, { timer: timer.unref(), windows });
  }
}

/** What is urgent waits for nobody. */
function isGathered({ fileName, object, urgent }: Run): boolean {
  return !urgent && object.sizeBytes <= MAX_FILE_BYTES && !READ_ALONE.has(extname(fileName).toLowerCase());
}

/** Two uploads of one source never travel together: the order of their versions is that of their workflows' own. */
function hasRoom({ runs }: Group, { sourceId, object }: Run): boolean {
  const bytes = runs.reduce((sum, run) => sum + run.object.sizeBytes, object.sizeBytes);
  return runs.length < MAX_UPLOADS && bytes <= MAX_TOTAL_BYTES && runs.every((run) => run.sourceId !== sourceId);
}
