import progress, { type MultiBar as Bars, type SingleBar } from 'cli-progress';
import type { RunSnapshot } from './follow-run.js';
import { printLine, type Terminal } from './terminal.js';

/** Shows how files come along: bars on a terminal, one line a file elsewhere (logs, CI). */
export interface Progress {
  begin(fileName: string): FileProgress;
  close(): void;
}

export interface FileProgress {
  /** Of a file that goes up in parts. */
  send(sentBytes: number, totalBytes: number): void;
  update(run: RunSnapshot): void;
  end(outcome: string): void;
}

export function createProgress(terminal: Terminal, totalFiles: number): Progress {
  return terminal.isInteractive ? new BarProgress(terminal, totalFiles) : new LineProgress(terminal, totalFiles);
}

/** What is being done, as an editor would say it. */
const STAGE_WORDS: Record<RunSnapshot['stage'], string> = {
  accepted: 'waiting',
  list: 'listing files',
  inspect: 'looking at the file',
  extract: 'reading',
  ocr: 'reading scanned pages',
  screen: 'looking for patient data',
  chunk: 'cutting into passages',
  embed: 'indexing',
  publish: 'publishing',
  withdraw: 'withdrawing what is gone',
  done: 'done',
};

/** Once every page was looked at, what is left of text recognition are pictures on pages of text. */
export function stageWords({ stage, pages }: RunSnapshot): string {
  return stage === 'ocr' && pages.total > 0 && pages.done === pages.total
    ? 'reading pictures on pages'
    : STAGE_WORDS[stage];
}

/** Pages or records, whatever the source has; both 0 until the file was looked into. */
export function progressOf(run: RunSnapshot): { done: number; total: number; unit: string } {
  return run.records.total > 0 ? { ...run.records, unit: 'records' } : { ...run.pages, unit: 'pages' };
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}

/** A log that says nothing for longer looks like a command that hangs. */
const SIGN_OF_LIFE_MS = 60_000;

class LineProgress implements Progress {
  #ended = 0;

  constructor(
    private readonly terminal: Terminal,
    private readonly totalFiles: number,
  ) {}

  begin(fileName: string): FileProgress {
    const { stderr } = this.terminal;
    let read = '';
    let saidMs = performance.now();
    return {
      send: () => undefined,
      update: (run) => {
        const { done, total, unit } = progressOf(run);
        if (total > 0) read = `, ${done} of ${total} ${unit}`;
        if (performance.now() - saidMs < SIGN_OF_LIFE_MS) return;
        saidMs = performance.now();
        printLine(stderr, `${fileName}: ${stageWords(run)}${read}`);
      },
      end: (outcome) => {
        this.#ended += 1;
        printLine(stderr, `${fileName}: ${outcome}${read} (${this.#ended} of ${this.totalFiles} files)`);
      },
    };
  }

  close(): void {
    // Lines are written as they come.
  }
}

/** Longest name a bar is labelled with; the end stays, it tells files of one folder apart. */
const LABEL_COLUMNS = 32;

class BarProgress implements Progress {
  readonly #bars: Bars;
  readonly #all: SingleBar;

  constructor(terminal: Terminal, totalFiles: number) {
    this.#bars = new progress.MultiBar(
      {
        stream: terminal.stderr,
        clearOnComplete: false,
        hideCursor: true,
        barsize: 24,
        emptyOnZero: true,
        format: (options, params, payload: { label?: string; stage?: string }) => {
          const bar = progress.Format.BarFormat(params.progress, options);
          const count = params.total > 0 ? `${params.value}/${params.total}` : '';
          return `${(payload.label ?? '').padEnd(LABEL_COLUMNS)} ${bar} ${count.padStart(9)} ${payload.stage ?? ''}`;
        },
      },
      progress.Presets.shades_classic,
    );
    this.#all = this.#bars.create(totalFiles, 0, { label: 'all files', stage: '' });
  }

  begin(fileName: string): FileProgress {
    const label = fileName.length > LABEL_COLUMNS ? `…${fileName.slice(1 - LABEL_COLUMNS)}` : fileName;
    const bar = this.#bars.create(0, 0, { label, stage: 'upload' });
    return {
      send: (sentBytes, totalBytes) => {
        bar.setTotal(mebibytes(totalBytes));
        bar.update(mebibytes(sentBytes), { label, stage: 'MiB sent' });
      },
      update: (run) => {
        const { done, total } = progressOf(run);
        bar.setTotal(total);
        bar.update(done, { label, stage: stageWords(run) });
      },
      end: () => {
        // Only what is under way has a bar, so that a thousand files fit a screen.
        this.#bars.remove(bar);
        this.#all.increment();
      },
    };
  }

  close(): void {
    this.#bars.stop();
  }
}
