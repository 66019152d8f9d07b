import { access, constants, stat } from 'node:fs/promises';
import type { AcceptedUpload } from '../schemas/upload.js';
import type { Success } from './answers.js';
import { MedindexClient, UPLOAD_TIMEOUT_MS } from './client.js';
import { multipartBody } from './multipart-body.js';
import { uploadInParts, type UploadMemory } from './part-upload.js';

export { ApiRefusal, ApiUnreachable } from './answers.js';

export interface UploadInput {
  readonly path: string;
  readonly fileName: string;
  readonly collection: string;
  readonly externalId?: string;
  readonly title?: string;
  /** `effectiveFrom`, `supersedes`, and free keys. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** It goes before all that is not urgent. */
  readonly urgent?: boolean;
  /** Files of at least so many bytes go in parts, which can be sent again one by one. Default: 32 MiB. */
  readonly partsFromBytes?: number;
  /** Where an upload in parts goes on after a broken process. */
  readonly memory?: UploadMemory;
  /** Of an upload in parts. */
  readonly onProgress?: (sentBytes: number, totalBytes: number) => void;
}

/** Below it a broken upload is quicker sent again than followed up: a quarter of a minute on a line of 20 Mbit/s. */
const PARTS_FROM_BYTES = 32 * 1024 * 1024;
/** The client with uploads of files on this machine's disk. */
export class FileClient extends MedindexClient {
  async upload(input: UploadInput): Promise<AcceptedUpload> {
    const { path, fileName, collection, externalId, title, urgent = false, memory, onProgress } = input;
    const metadata = {
      ...input.metadata,
      ...(externalId === undefined ? {} : { externalId }),
      ...(title === undefined ? {} : { title }),
    };
    // An unreadable file is no unreachable system.
    await access(path, constants.R_OK);
    const { size } = await stat(path);
    if (size >= (input.partsFromBytes ?? PARTS_FROM_BYTES)) {
      return uploadInParts({
        calls: this,
        path,
        begin: { collection, fileName, metadata, ...(urgent ? { urgent } : {}) },
        ...(memory ? { memory } : {}),
        ...(onProgress ? { onProgress } : {}),
      });
    }
    const fields = { collection, metadata: JSON.stringify(metadata), ...(urgent ? { urgent: 'true' } : {}) };
    const { contentType, body } = multipartBody({ path, fileName, fields });
    const { data } = await this.request<Success<AcceptedUpload>>('/v1/documents', {
      method: 'POST',
      headers: { 'content-type': contentType },
      body,
      duplex: 'half',
      timeoutMs: UPLOAD_TIMEOUT_MS,
    });
    return data;
  }
}
