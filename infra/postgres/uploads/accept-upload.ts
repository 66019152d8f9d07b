import type { AcceptedRun, AcceptSourceInput } from '../../../core/ports/run-catalog.js';
import type { DatabaseHandle } from '../database.js';
import { acceptSource } from '../runs/accept-source.js';
import { RUN_COLUMNS, type RunRow, toRun } from '../runs/run-row.js';

// Two completions of one upload come one after the other.
const LOCK_UPLOAD = `select run_id from knowledge.uploads where upload_id = $1 for update`;

const RUN_OF_UPLOAD = `
  select ${RUN_COLUMNS}
  from knowledge.runs r join knowledge.collections c using (collection_id)
  where r.run_id = $1`;

const KEEP_RUN = `update knowledge.uploads set run_id = $2 where upload_id = $1`;

/** `null`: the upload is gone. */
export function acceptUpload(
  database: DatabaseHandle,
  uploadId: string,
  source: AcceptSourceInput,
): Promise<AcceptedRun | null> {
  return database.transaction('acceptUpload', async (tx) => {
    const [upload] = await tx.query<{ run_id: string | null }>('lockUpload', LOCK_UPLOAD, [uploadId]);
    if (!upload) return null;
    if (upload.run_id !== null) {
      const [run] = await tx.query<RunRow>('runOfUpload', RUN_OF_UPLOAD, [upload.run_id]);
      if (!run) throw new Error('the run of an upload is gone');
      return { run: toRun(run), joined: true };
    }
    // Within this transaction: the run and the upload's knowledge of it are one.
    const accepted = await acceptSource({ transaction: (_operation, work) => work(tx) }, source);
    await tx.query('keepRunOfUpload', KEEP_RUN, [uploadId, accepted.run.runId]);
    return accepted;
  });
}
