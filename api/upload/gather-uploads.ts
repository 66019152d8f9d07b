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

/** By their names these have pages or records, and get a workflow of their own in any case. Others are told by their bytes, later. */
const READ_ALONE: ReadonlySet<string> = new Set(['.pdf', '.png', '.jpg', '.jpeg', '.tif', '.tiff', '.xml', '.gz']);

/** Uploads of one collection that wait for their start. */
interface Group {
  readonly workflowId: string;
  readonly runs: Run[];
  readonly log: FastifyBaseLogger;
  readonly timer: NodeJS.Timeout;
}

export interface GatherUploadsInput {
  readonly runs: Pick<RunCatalog, 'gather'>;
  readonly starter: WorkflowStarter;
  /** How long an upload waits for others, at most; 0: each starts at once, in a workflow of its own. */
  readonly windowMs: number;
}

/**
 * Starts accepted uploads. One that comes alone starts at once; small ones of the same collection that come within a window of the
 * start before are gathered for as long, and start in one workflow. Whatever gets lost here is on record, and the reconciler
 * starts it: a run that was not gathered yet in its own workflow, a gathered one with the others of its workflow.
 */
export class UploadGathering {
  readonly #runs: Pick<RunCatalog, 'gather'>;
  readonly #starter: WorkflowStarter;
  readonly #windowMs: number;
  readonly #groups = new Map<string, Group>();
  /** Collections in which something has started within the window. */
  readonly #busy = new Map<string, NodeJS.Timeout>();
  readonly #starting = new Set<Promise<void>>();

  constructor({ runs, starter, windowMs }: GatherUploadsInput) {
    this.#runs = runs;
    this.#starter = starter;
    this.#windowMs = windowMs;
  }

  /** Never throws. Answers the workflow in which the run travels. */
  async start({ run, joined }: AcceptedRun, log: FastifyBaseLogger): Promise<string> {
    // Whoever accepted it is about to start it, perhaps with others.
    const collection = `${run.organizationId} ${run.collectionId}`;
    if (joined && Date.now() - run.acceptedAt.getTime() < GATHERED_WITHIN_MS) {
      const group = this.#groups.get(collection);
      return group?.runs.some(({ runId }) => runId === run.runId) ? group.workflowId : run.workflowId;
    }
    if (joined || this.#windowMs === 0 || !isGathered(run)) {
      await startRun({ starter: this.#starter, run, log });
      return run.workflowId;
    }
    if (!this.#groups.has(collection) && !this.#busy.has(collection)) {
      this.#keepBusy(collection);
      await startRun({ starter: this.#starter, run, log });
      return run.workflowId;
    }
    return this.#gather(collection, run, log).workflowId;
  }

  /** Starts what waits, and resolves when all of it was started. */
  async close(): Promise<void> {
    for (const collection of this.#groups.keys()) this.#startGroup(collection);
    for (const timer of this.#busy.values()) clearTimeout(timer);
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
    const timer = setTimeout(() => this.#startGroup(collection), this.#windowMs);
    const group = { workflowId, runs: [], log, timer };
    this.#groups.set(collection, group);
    return group;
  }

  #startGroup(collection: string): void {
    const group = this.#groups.get(collection);
    if (!group) return;
    clearTimeout(group.timer);
    this.#groups.delete(collection);
    this.#keepBusy(collection);
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

  #keepBusy(collection: string): void {
    clearTimeout(this.#busy.get(collection));
    const timer = setTimeout(() => this.#busy.delete(collection), this.#windowMs);
    this.#busy.set(collection, timer.unref());
  }
}

function isGathered({ fileName, object }: Run): boolean {
  return object.sizeBytes <= MAX_FILE_BYTES && !READ_ALONE.has(extname(fileName).toLowerCase());
}

/** Two uploads of one source never travel together: the order of their versions is that of their workflows' own. */
function hasRoom({ runs }: Group, { sourceId, object }: Run): boolean {
  const bytes = runs.reduce((sum, run) => sum + run.object.sizeBytes, object.sizeBytes);
  return runs.length < MAX_UPLOADS && bytes <= MAX_TOTAL_BYTES && runs.every((run) => run.sourceId !== sourceId);
}
