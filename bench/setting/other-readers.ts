import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Of the largest sample, many times over. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** The pages of a PDF as poppler's `pdftotext` gives them. */
export async function pdftotext(path: string, options: readonly string[] = []): Promise<string[]> {
  const { stdout } = await run('pdftotext', [...options, '-enc', 'UTF-8', path, '-'], { maxBuffer: MAX_OUTPUT_BYTES });
  return stdout.replace(/\f$/, '').split('\f');
}

/** Which `pdftotext` this machine has; `null` where it has none (apt package poppler-utils). */
export async function pdftotextVersion(): Promise<string | null> {
  try {
    const { stderr } = await run('pdftotext', ['-v']);
    return /version ([\d.]+)/.exec(stderr)?.[1] ?? 'unknown';
  } catch {
    return null;
  }
}
