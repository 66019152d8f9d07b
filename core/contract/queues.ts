/**
 * Task queues by cost, so that a slow kind of work cannot starve a fast one: decisions, network and parsing,
 * OCR (a core a page), embedding (a core a batch), and waiting for the servers of others.
 */
export const TASK_QUEUES = {
  workflow: 'medindex-workflow',
  io: 'medindex-io',
  ocr: 'medindex-ocr',
  embed: 'medindex-embed',
  webhooks: 'medindex-webhooks',
} as const;
export type WorkerKind = keyof typeof TASK_QUEUES;
export const WORKER_KINDS = Object.keys(TASK_QUEUES) as readonly WorkerKind[];
