import { resolve } from 'node:path';
import { formatSourceUri } from '../../core/contract/source-location.js';
import type { MedindexClient } from '../client/client.js';
import type { SyncBody } from '../schemas/sync.js';
import { isGoodEnd } from './run-words.js';
import { printLine, type Terminal } from './terminal.js';
import { untilEnded } from './until-ended.js';

export interface SyncOptions {
  readonly collection: string;
  readonly maxWithdrawnShare?: number;
  readonly confirmWithdrawals: boolean;
  readonly wait: boolean;
}

/** Starts a sync and, unless told not to, follows it. Returns the exit code: 0 only if nothing needs a person. */
export async function sync(input: {
  client: MedindexClient;
  location: string;
  options: SyncOptions;
  terminal: Terminal;
}): Promise<number> {
  const { client, location, options, terminal } = input;
  const { runId, joined } = await client.startSync(options.collection, {
    uri: toUri(location),
    confirmWithdrawals: options.confirmWithdrawals,
    ...(options.maxWithdrawnShare === undefined ? {} : { maxWithdrawnShare: options.maxWithdrawnShare }),
  });
  printLine(terminal.stderr, joined ? `This location is being synced already: run ${runId}` : `Run ${runId}`);
  if (!options.wait) return 0;

  let shown = '';
  const run = await untilEnded(
    () => client.sync(runId),
    (now) => {
      const line = progressLine(now);
      if (line !== shown) printLine(terminal.stderr, line);
      shown = line;
    },
  );
  summarise(run, terminal);
  return isGoodEnd(run.state) ? 0 : 1;
}

/** A path of this machine is one of the system's machine too, when that is a local stack. */
export function toUri(location: string): string {
  if (/^(s3|file):/i.test(location)) return location;
  return formatSourceUri({ scheme: 'file', path: resolve(location) });
}

function progressLine({ sources, records }: SyncBody): string {
  return `${sources.listed} files listed, ${records.done} done with`;
}

function summarise(run: SyncBody, terminal: Terminal): void {
  const { inserted, updated, kept, withdrawn, missing, failed, waiting } = run.sources;
  printLine(
    terminal.stdout,
    `${run.state}: ${inserted} new, ${updated} changed, ${kept} unchanged, ${withdrawn} withdrawn` +
      (missing > 0 ? `, ${missing} gone but kept` : '') +
      (waiting > 0 ? `, ${waiting} waiting for a person` : '') +
      (failed > 0 ? `, ${failed} failed` : ''),
  );
  for (const { uri, error } of run.problems) printLine(terminal.stdout, `  ${uri}: ${error.message} (${error.code})`);
  if (run.error) printLine(terminal.stdout, `${run.error.message} (${run.error.code})`);
}
