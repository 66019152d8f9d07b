import { ApiError } from '../errors.js';
import { toStorableText } from '../http/json-shape.js';
import { validationFailed } from '../http/validation.js';

/** File systems stop at 255 bytes, but names also come as whole paths and addresses. */
const MAX_FILE_NAME = 1_000;

/** A file's name as it is kept: text only, never a path of ours. Errors: `FILE_MISSING` for a blank one, `VALIDATION_FAILED`. */
export function keptFileName(given: string, field: string): string {
  const fileName = toStorableText(given).normalize('NFC');
  if (fileName.trim() === '') throw new ApiError('FILE_MISSING');
  if (fileName.length > MAX_FILE_NAME) {
    throw validationFailed([{ field, problem: `has a name of more than ${MAX_FILE_NAME} characters` }]);
  }
  return fileName;
}
