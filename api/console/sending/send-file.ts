import { ApiRefusal, ApiUnreachable, isRefusal, isSuccess } from '../../client/answers.js';
import type { AcceptedUpload } from '../../schemas/upload.js';
import { sendInParts } from './send-in-parts.js';
import type { SendInput } from './send-input.js';

/** From here on a file goes in parts, each of which can be sent again: as the command line does it. */
const PARTS_FROM_BYTES = 32 * 1024 * 1024;

/** Errors: `ApiRefusal`, `ApiUnreachable`; the signal's reason. */
export async function sendFile(input: SendInput): Promise<AcceptedUpload> {
  if (input.file.size >= PARTS_FROM_BYTES) {
    const accepted = await sendInParts(input);
    if (accepted) return accepted;
  }
  return sendWhole(input);
}

/** By `XMLHttpRequest`, as `fetch` does not tell how much of a body was sent. */
function sendWhole({
  sender,
  file,
  fileName,
  collection,
  metadata,
  urgent,
  onProgress,
  signal,
}: SendInput): Promise<AcceptedUpload> {
  const body = new FormData();
  // Fields first, so that a refusal comes before the bytes.
  body.append('collection', collection);
  body.append('metadata', JSON.stringify(metadata));
  if (urgent) body.append('urgent', 'true');
  body.append('file', file, fileName);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/v1/documents');
    request.setRequestHeader('authorization', `Bearer ${sender.apiKey}`);
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : (loaded / total) * file.size);
    request.onload = () => {
      const answer: unknown = request.response;
      if (isSuccess(answer)) resolve(answer.data as AcceptedUpload);
      else if (isRefusal(answer)) {
        const seconds = Number(request.getResponseHeader('retry-after') ?? NaN);
        const retryAfterMs = Number.isFinite(seconds) ? seconds * 1_000 : null;
        const { code, message, requestId, details } = answer;
        reject(new ApiRefusal(request.status, code, message, requestId, details, retryAfterMs));
      } else reject(new ApiUnreachable(location.origin, new Error(`answered ${request.status}`)));
    };
    request.onerror = () => reject(new ApiUnreachable(location.origin, new Error('the line broke')));
    request.onabort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(body);
  });
}
