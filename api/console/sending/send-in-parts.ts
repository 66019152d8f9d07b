import { ApiRefusal } from '../../client/answers.js';
import type { UploadBody, UploadPart } from '../../schemas/upload-session.js';
import type { AcceptedUpload } from '../../schemas/upload.js';
import type { SendInput } from './send-input.js';

/** A line that drops is back within a minute: pauses of 1, 2, 4, 8 and 16 s. */
const TRIES_PER_PART = 6;
const FIRST_PAUSE_MS = 1_000;

/**
 * Sends a large file part by part. This tab remembers the upload: the same file chosen again, after a reload too, goes on
 * where it stopped. `null`: the parts would go to a store elsewhere, which the page's policy does not let it speak with.
 */
export async function sendInParts(input: SendInput): Promise<AcceptedUpload | null> {
  const { sender, file, signal } = input;
  const { client } = sender;
  const place = memoryOf(input);
  const upload = await findOrBegin(input, place);
  if (upload.parts.some(({ url }) => url !== undefined && !url.startsWith('/'))) {
    await client.abortUpload(upload.uploadId);
    return null;
  }
  sessionStorage.setItem(place, upload.uploadId);
  let sentBytes = 0;
  for (const part of upload.parts) {
    if (!part.uploaded) await sendPart(input, upload, part);
    signal.throwIfAborted();
    input.onProgress((sentBytes += part.sizeBytes));
  }
  input.onProgress(file.size);
  const accepted = await client.completeUpload(upload.uploadId);
  sessionStorage.removeItem(place);
  return accepted;
}

/** What makes it the same file to a browser, which may not look at its place on the disk. */
function memoryOf({ file, fileName, collection, metadata, urgent }: SendInput): string {
  return `medindex.upload:${JSON.stringify([collection, fileName, file.size, file.lastModified, metadata, urgent])}`;
}

async function findOrBegin(
  { sender, file, fileName, collection, metadata, urgent }: SendInput,
  place: string,
): Promise<UploadBody> {
  const { client } = sender;
  const uploadId = sessionStorage.getItem(place);
  if (uploadId !== null) {
    try {
      const known = await client.getUpload(uploadId);
      if (known.state === 'open') return known;
    } catch (error) {
      // Expired, or another key's: begin anew.
      if (!(error instanceof ApiRefusal) || error.status !== 404) throw error;
    }
  }
  return client.beginUpload({ collection, fileName, sizeBytes: file.size, metadata, urgent });
}

async function sendPart({ sender, file, signal }: SendInput, upload: UploadBody, part: UploadPart): Promise<void> {
  if (part.url === undefined) return;
  const start = (part.number - 1) * upload.partSizeBytes;
  const bytes = new Uint8Array(await file.slice(start, start + part.sizeBytes).arrayBuffer());
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    try {
      return await sender.client.putPart(part.url, bytes);
    } catch (error) {
      const isFinal = error instanceof ApiRefusal && error.status < 500 && error.status !== 408 && error.status !== 429;
      if (isFinal || tries === TRIES_PER_PART) throw error;
      await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE_MS * 2 ** (tries - 1)));
    }
  }
}
