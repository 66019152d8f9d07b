import type { RunKind } from './states.js';

/**
 * Keys of Temporal's task queues, 1 first and 5 last: of two tasks that wait, the one with the smaller key is taken. A task that is
 * being worked on is never interrupted.
 */
export const PRIORITY_KEYS = {
  /** Somebody waits for the answer. */
  decision: 1,
  /** Whoever sent it in said that it goes before the others. */
  urgent: 2,
  /** What people send in. */
  usual: 3,
  /** What goes through whole folders and collections. */
  bulk: 4,
  /** What nobody waits for, and what may wait for days. */
  upkeep: 5,
} as const;

/**
 * Kinds of which one run brings the work of hundreds of uploads. An erasure takes its turn with them: the law gives it a term, and
 * behind all of them it would stand still for as long as a sync of days has something to do.
 */
const BULK: ReadonlySet<RunKind> = new Set(['sync', 'rescreen', 'migration', 'backup', 'erasure']);

/** The key of a run's workflow, which all that it starts takes over. */
export function priorityKeyOf(run: {
  kind: RunKind;
  urgent?: boolean | undefined;
  parentRunId?: string | null | undefined;
}): number {
  if (run.urgent) return PRIORITY_KEYS.urgent;
  // An ingest with a parent is of a sync.
  const isOfSync = run.kind === 'ingest' && (run.parentRunId ?? null) !== null;
  return BULK.has(run.kind) || isOfSync ? PRIORITY_KEYS.bulk : PRIORITY_KEYS.usual;
}
