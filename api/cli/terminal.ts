import type { Writable } from 'node:stream';

/** Where a command writes; made of the process, or by a test. */
export interface Terminal {
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Progress bars and wrapped text instead of plain lines. */
  readonly isInteractive: boolean;
  /** Columns to wrap at. */
  readonly width: number;
}

export function printLine(stream: Writable, text = ''): void {
  stream.write(`${printable(text)}\n`);
}

/** File names and document text come from others: control characters would move the cursor or ring the bell. */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '\ufffd');
}

/** Breaks text into indented lines of at most `width` columns, at spaces. */
export function wrap(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  if (line !== '') lines.push(indent + line);
  return lines.join('\n');
}
