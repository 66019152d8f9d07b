import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createWorker, OEM } from 'tesseract.js';

const run = promisify(execFile);
/** A page of text is a few kilobytes. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** An engine as a script would use it, without anything of medindex: one page at a time. */
export interface BareEngine {
  words(path: string, dpi: number): Promise<string[]>;
  close(): Promise<void>;
}

/** The installed `tesseract`, a process a page on one core; `null` where it is not installed. */
export async function nativeTesseract(): Promise<BareEngine | null> {
  try {
    await run('tesseract', ['--version']);
  } catch {
    return null;
  }
  return {
    words: async (path, dpi) => {
      const options = ['-l', 'eng', '--dpi', String(dpi), '--psm', '3', '--oem', '1'];
      const { stdout } = await run('tesseract', [path, 'stdout', ...options], {
        maxBuffer: MAX_OUTPUT_BYTES,
        env: { ...process.env, OMP_THREAD_LIMIT: '1' },
      });
      return stdout.split(/\s+/).filter((word) => word !== '');
    },
    close: () => Promise.resolve(),
  };
}

/** tesseract.js in a thread of its own, with the language data of the package. */
export async function bareTesseractJs(): Promise<BareEngine> {
  const data = dirname(createRequire(import.meta.url).resolve('@tesseract.js-data/eng/package.json'));
  const worker = await createWorker(['eng'], OEM.LSTM_ONLY, {
    langPath: join(data, '4.0.0_best_int'),
    cacheMethod: 'none',
  });
  return {
    words: async (path, dpi) => {
      const options = { user_defined_dpi: String(dpi) } as Parameters<typeof worker.recognize>[1];
      const { data } = await worker.recognize(path, options, { text: true });
      return data.text.split(/\s+/).filter((word) => word !== '');
    },
    close: async () => void (await worker.terminate()),
  };
}
