import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { LOG_LEVELS, type LogLevel } from '../config.js';

/** Longer lines are cut: a runaway line must not fill the terminal or memory. */
const MAX_LINE_CHARS = 4_000;

export type LineLevel = Exclude<LogLevel, 'silent'>;

export interface LogLine {
  readonly level: LineLevel;
  readonly text: string;
  /** As they stood in a line of JSON, `msg` and `time` among them; they stand in `text` too. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** pino's numbers, for children whose logger keeps them. */
const PINO_LEVELS: Readonly<Record<number, LineLevel>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/** Calls `onLine` for every line of a stream, whatever the chunks; the last one also without its newline. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = (lines.pop() ?? '').slice(0, MAX_LINE_CHARS);
    for (const line of lines) onLine(line.slice(0, MAX_LINE_CHARS));
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
  // A child killed in the middle of a write ends its pipe with an error; its exit is reported elsewhere.
  stream.on('error', () => undefined);
}

/**
 * Understands one line of a child: JSON lines of our own processes, logfmt lines of Temporal (`level=WARN msg="…"`),
 * anything else as it is with the level that its stream stands for. `null`: nothing to show.
 */
export function parseLogLine(line: string, otherwise: LineLevel): LogLine | null {
  const plain = stripVTControlCharacters(line).trimEnd();
  if (plain.trim() === '') return null;
  if (plain.startsWith('{')) {
    const parsed = parseJsonLine(plain);
    if (parsed) return parsed;
  }
  const logfmt = /(?:^|\s)level=(\w+)/.exec(plain);
  if (logfmt) {
    const level = namedLevel(logfmt[1]?.toLowerCase());
    if (level) return { level, text: plain.replace(/^time=\S+\s+/, '').replace(/\blevel=\w+\s+/, '') };
  }
  return { level: otherwise, text: plain };
}

/** Whether a line of this level is shown at this setting of LOG_LEVEL. */
export function isShown(level: LineLevel, threshold: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(threshold) && threshold !== 'silent';
}

const COLOURS: Readonly<Record<LineLevel, number>> = { fatal: 31, error: 31, warn: 33, info: 39, debug: 90, trace: 90 };

/** `[worker] warn  text`; info carries no word, as most lines are. */
export function renderLogLine(name: string, line: LogLine, colour: boolean): string {
  const level = line.level === 'info' ? '' : `${line.level} `;
  if (!colour) return `[${name}] ${level}${line.text}`;
  return `\x1b[36m[${name}]\x1b[0m \x1b[${COLOURS[line.level]}m${level}${line.text}\x1b[0m`;
}

/** For machines: the child's own line of JSON, or one made of its words, with the process that said it. */
export function jsonLogLine(name: string, line: LogLine, now: Date): string {
  const { level, text, fields } = line;
  return JSON.stringify({ level, time: now.toISOString(), process: name, msg: text, ...fields });
}

function parseJsonLine(line: string): LogLine | null {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
  const level = typeof fields['level'] === 'number' ? PINO_LEVELS[fields['level']] : namedLevel(fields['level']);
  const message = fields['msg'] ?? fields['message'];
  if (!level || typeof message !== 'string') return null;
  const rest = Object.entries(fields)
    .filter(([name]) => !['level', 'msg', 'message', 'time', 'name', 'pid', 'hostname'].includes(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  // The level is a word, whatever stood there.
  return { level, text: [message, ...rest].join(' '), fields: { ...fields, level, msg: message } };
}

function namedLevel(name: unknown): LineLevel | undefined {
  const level = name === 'warning' ? 'warn' : LOG_LEVELS.find((known) => known === name);
  return level === 'silent' ? undefined : level;
}
