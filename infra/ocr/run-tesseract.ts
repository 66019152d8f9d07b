import { spawn } from 'node:child_process';
import { Failure } from '../../core/contract/failures.js';
import type { PageImage } from '../../core/ports/ocr-engine.js';

export interface RunTesseractInput {
  readonly program: string;
  /** `PATH`, and `TESSDATA_PREFIX` where the operator set it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly languages: readonly string[];
  readonly image: PageImage;
  readonly signal: AbortSignal;
  /** Rows of digits and nothing else. */
  readonly digitsOnly?: boolean;
}

/** A page in TSV takes some 100 kB; one of nothing but dust a few times that. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
/** Automatic page segmentation, and the engine that the data of today are made for. */
const MODES = ['--psm', '3', '--oem', '1'];
/** One block of lines. */
const DIGIT_MODES = ['--psm', '6', '--oem', '1', '-c', 'tessedit_char_whitelist=0123456789'];

/**
 * Reads one picture, which goes in by a pipe: nothing is written to a disk. Gives the words as TSV.
 * Errors: `OCR_FAILED` when the program fails or is killed; the reason of the signal when that aborts, which kills it.
 */
export async function runTesseract(input: RunTesseractInput): Promise<string> {
  const { program, environment, languages, image, signal } = input;
  const options = [
    '-l',
    languages.join('+'),
    '--dpi',
    String(Math.round(image.dpi)),
    ...(input.digitsOnly ? DIGIT_MODES : MODES),
    'tsv',
  ];
  const child = spawn(program, ['stdin', 'stdout', ...options], {
    stdio: ['pipe', 'pipe', 'ignore'],
    // One core a page, and no secret of ours.
    env: { ...environment, OMP_THREAD_LIMIT: '1', LC_ALL: 'C' },
  });
  const kill = () => {
    child.kill('SIGKILL');
    // Whoever else may hold the pipe: it is not waited for.
    child.stdout.destroy();
  };
  signal.addEventListener('abort', kill, { once: true });
  const output: Buffer[] = [];
  let length = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > MAX_OUTPUT_BYTES) kill();
    else output.push(chunk);
  });
  // A program that dies early closes its end of the pipe; how it ended is told by its exit.
  child.stdin.on('error', () => undefined);
  child.stdin.end(image.bytes);
  try {
    const ended = await new Promise<{ code: number | null; cause?: unknown }>((resolve) => {
      child.once('error', (cause) => resolve({ code: null, cause }));
      child.once('close', (code) => resolve({ code }));
    });
    signal.throwIfAborted();
    // It answers an unreadable picture with an empty table and code 0 or 1, by version.
    if (ended.code !== 0 || length === 0) {
      throw new Failure('OCR_FAILED', { detail: `exit=${ended.code ?? 'killed'}`, cause: ended.cause });
    }
    return Buffer.concat(output).toString('utf8');
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
