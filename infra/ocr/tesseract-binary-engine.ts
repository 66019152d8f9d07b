import { availableParallelism } from 'node:os';
import type { OcrEngine, OcrPage, PageImage, RecogniseInput } from '../../core/ports/ocr-engine.js';
import { ocrPage } from './ocr-page.js';
import { PageTurns } from './page-turns.js';
import { pageOfTsv } from './tesseract-tsv.js';
import { runTesseract } from './run-tesseract.js';
import { readSigns } from './signs/read-signs.js';

export interface TesseractBinaryOptions {
  /** Tesseract's codes that pages may be read in, all of them installed beside the binary, e.g. `['eng']`. */
  readonly languages: readonly string[];
  /** Processes at a time. Default: one a core, since recognition keeps a core busy from start to end. */
  readonly processes?: number;
  /** `PATH`, by which the program is found, and `TESSDATA_PREFIX`; nothing else is handed to it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Name or path of the program. */
  readonly program?: string;
  /** A page that takes longer hangs: its process is killed, `OCR_FAILED`. Default: see `page-turns.ts`. */
  readonly pageTimeoutMs?: number;
}

/**
 * The native `tesseract`, a process a page: nothing is shared between pages, so a crash, a kill or a timeout costs one
 * page, and starting it takes 0.1 s of some two.
 */
export class TesseractBinaryEngine implements OcrEngine {
  readonly name = 'tesseract';
  readonly #program: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #turns: PageTurns;

  constructor({ languages, environment, processes, program, pageTimeoutMs }: TesseractBinaryOptions) {
    this.#environment = environment;
    this.#program = program ?? 'tesseract';
    this.#turns = new PageTurns(languages, { limit: processes ?? availableParallelism(), pageTimeoutMs });
  }

  recognise(input: RecogniseInput): Promise<OcrPage> {
    const { image, languages } = input;
    return this.#turns.take(input, async (signal) => {
      const read = async (what: PageImage, digitsOnly: boolean) =>
        pageOfTsv(
          await runTesseract({
            program: this.#program,
            environment: this.#environment,
            languages: digitsOnly ? languages.slice(0, 1) : languages,
            image: what,
            signal,
            digitsOnly,
          }),
        );
      return readSigns(ocrPage(await read(image, false)), image, (digits) => read(digits, true));
    });
  }

  close(): Promise<void> {
    return this.#turns.close();
  }
}
