import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';

/**
 * Loaded into a worker by `NODE_OPTIONS=--import`: holds the first execution of every activity at its boundary, so that a
 * test can kill processes while one activity of each kind stands before, or after, its effect. The worker itself is the
 * one that ships. What to do stands in the folder `ACTIVITY_BARRIER`: the file `hold` says `before` or `after`, and behind it
 * the one activity that is meant, if it is one; every
 * activity that is held leaves a file `<before|after>-<activity>`. Without `hold` nothing is held. Each activity that did
 * its work adds a line to the file `done`: the id of its workflow, a space, its name.
 */
const FOLDER = process.env['ACTIVITY_BARRIER'];

/** A held activity takes a slot; there must be one for each kind and more for those that go on. */
const SLOTS = 64;
/** Well below the heartbeat timeout, so that Temporal takes nothing held for dead. */
const BEAT_MS = 1_000;

export type Boundary = 'before' | 'after';

if (FOLDER !== undefined && process.argv[1]?.endsWith('workers/main.js')) {
  const { default: temporal } = await import('@temporalio/worker');
  const create = temporal.Worker.create.bind(temporal.Worker);
  temporal.Worker.create = (options) =>
    create(
      options.activities === undefined
        ? options
        : {
            ...options,
            maxConcurrentActivityTaskExecutions: SLOTS,
            interceptors: {
              activity: [
                (context) => ({
                  inbound: {
                    execute: async (input, next) => {
                      const { activityType, workflowExecution } = context.info;
                      await hold(FOLDER, 'before', activityType);
                      const result = await next(input);
                      appendFileSync(join(FOLDER, 'done'), `${workflowExecution?.workflowId} ${activityType}\n`);
                      await hold(FOLDER, 'after', activityType);
                      return result;
                    },
                  },
                }),
              ],
            },
          },
    );
}

async function hold(folder: string, boundary: Boundary, activity: string): Promise<void> {
  const order = join(folder, 'hold');
  if (!existsSync(order)) return;
  const [wanted, only = activity] = readFileSync(order, 'utf8').split(' ');
  if (wanted !== boundary || only !== activity) return;
  try {
    writeFileSync(join(folder, `${boundary}-${activity}`), '', { flag: 'wx' });
  } catch {
    // One of its kind is held already.
    return;
  }
  const context = Context.current();
  setInterval(() => context.heartbeat(), BEAT_MS);
  await new Promise<never>(() => undefined);
}
