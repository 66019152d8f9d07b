import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { BeginUpload, UploadBody, UploadPart } from '../schemas/upload-session.js';
import type { AcceptedUpload } from '../schemas/upload.js';
import { ApiRefusal } from './answers.js';

/** Parts on their way at once: enough to fill a line, and 48 MB of memory. */
const PARTS_AT_ONCE = 3;
/** A line that drops is back within a minute: pauses of 1, 2, 4, 8 and 16 s. */
const TRIES_PER_PART = 6;
const FIRST_PAUSE_MS = 1_000;

/**
 * Remembers an upload under way beyond the process, so that a file which broke off goes on where it stopped. What it
 * keeps is a text of ours, of letters, digits, `-` and `.`.
 */
export interface UploadMemory {
  load(): Promise<string | null>;
  keep(remembered: string): Promise<void>;
  forget(): Promise<void>;
}

export interface PartUploadCalls {
  beginUpload(input: BeginUpload): Promise<UploadBody>;
  getUpload(uploadId: string): Promise<UploadBody>;
  completeUpload(uploadId: string): Promise<AcceptedUpload>;
  /** Errors: `ApiRefusal` when the address refuses the bytes, `ApiUnreachable`. */
  putPart(url: string, bytes: Uint8Array): Promise<void>;
}

export interface PartUploadInput {
  readonly calls: PartUploadCalls;
  readonly path: string;
  readonly begin: Omit<BeginUpload, 'sizeBytes' | 'sha256'>;
  readonly memory?: UploadMemory;
  readonly onProgress?: (sentBytes: number, totalBytes: number) => void;
  /** Before a part is given up; default 6. */
  readonly triesPerPart?: number;
}

/**
 * Sends a file in parts, each again when it breaks off, and completes the upload. A remembered upload of the same bytes
 * under the same name and with the same metadata goes on. Errors: those of the calls; a file that changes while it is sent is refused in the end.
 */
export async function uploadInParts(input: PartUploadInput): Promise<AcceptedUpload> {
  const { calls, path, memory } = input;
  const { sha256, sizeBytes } = await hashOf(path);
  const upload = await findOrBegin(input, sha256, sizeBytes);
  await memory?.keep(`${upload.uploadId}.${digestOf(input.begin)}`);
  const file = await open(path, 'r');
  try {
    await sendMissing(input, file, upload);
  } finally {
    await file.close();
  }
  const accepted = await calls.completeUpload(upload.uploadId);
  await memory?.forget();
  return accepted;
}

async function findOrBegin(input: PartUploadInput, sha256: string, sizeBytes: number): Promise<UploadBody> {
  const { calls, begin, memory } = input;
  const [uploadId, digest] = (await memory?.load())?.split('.') ?? [];
  // The system took the metadata when the upload began: other metadata is another upload.
  if (uploadId && digest === digestOf(begin)) {
    try {
      const known = await calls.getUpload(uploadId);
      const isSame =
        known.sha256 === sha256 && known.fileName === begin.fileName && known.collection === begin.collection;
      if (isSame && known.state === 'open') return known;
    } catch (error) {
      // Expired, another key's, or another system's: begin anew.
      if (!(error instanceof ApiRefusal) || ![400, 404].includes(error.status)) throw error;
    }
  }
  return calls.beginUpload({ ...begin, sizeBytes, sha256 });
}

async function sendMissing(input: PartUploadInput, file: FileHandle, upload: UploadBody): Promise<void> {
  const { onProgress } = input;
  let sentBytes = upload.parts.reduce((sum, { uploaded, sizeBytes }) => sum + (uploaded ? sizeBytes : 0), 0);
  onProgress?.(sentBytes, upload.sizeBytes);
  const missing = upload.parts.filter(({ uploaded }) => !uploaded).values();
  const stopped = new AbortController();
  const lane = async (): Promise<void> => {
    for (const part of missing) {
      if (stopped.signal.aborted) return;
      await sendPart(input, file, upload, part);
      onProgress?.((sentBytes += part.sizeBytes), upload.sizeBytes);
    }
  };
  // All lanes come to rest before the file is closed; then the first trouble is told.
  const ends = await Promise.allSettled(
    Array.from({ length: PARTS_AT_ONCE }, () =>
      lane().catch((error: unknown) => {
        stopped.abort();
        throw error;
      }),
    ),
  );
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}

async function sendPart(input: PartUploadInput, file: FileHandle, upload: UploadBody, part: UploadPart): Promise<void> {
  const { calls, triesPerPart = TRIES_PER_PART } = input;
  const bytes = Buffer.alloc(part.sizeBytes);
  const { bytesRead } = await file.read(bytes, 0, part.sizeBytes, (part.number - 1) * upload.partSizeBytes);
  if (bytesRead !== part.sizeBytes) throw new Error('the file became shorter while it was sent');
  let { url } = part;
  for (let tries = 1; ; tries++) {
    try {
      if (url !== undefined) await calls.putPart(url, bytes);
      return;
    } catch (error) {
      const isFinal = error instanceof ApiRefusal && error.status < 500 && error.status !== 403 && error.status !== 408;
      if (isFinal || tries === triesPerPart) throw error;
      await pause(FIRST_PAUSE_MS * 2 ** (tries - 1));
      // Its address may have expired; and the part may be there although its answer was lost.
      const stored = await calls.getUpload(upload.uploadId).catch(() => null);
      if (stored) url = stored.parts.find(({ number }) => number === part.number)?.url;
    }
  }
}

/** Of what is said beside the file; the same whatever the order of the fields. */
function digestOf({ metadata = {}, urgent = false }: PartUploadInput['begin']): string {
  const sorted = (_name: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return createHash('sha256').update(JSON.stringify({ metadata, urgent }, sorted)).digest('hex');
}

async function hashOf(path: string): Promise<{ sha256: string; sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}
