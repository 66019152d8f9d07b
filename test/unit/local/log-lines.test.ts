import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { isShown, jsonLogLine, parseLogLine, readLines, renderLogLine } from '../../../infra/local/log-lines.js';

describe('readLines', () => {
  it('finds lines whatever the chunks, the last one without its newline too', async () => {
    const stream = new PassThrough();
    const lines: string[] = [];
    readLines(stream, (line) => lines.push(line));
    const bytes = Buffer.from('one\ntwo µg\r\n\nlast');
    for (const byte of bytes) stream.write(Buffer.from([byte]));
    stream.end();
    await finished(stream);
    expect(lines).toEqual(['one', 'two µg', '', 'last']);
  });

  it('does not keep a line without end in memory', async () => {
    const stream = new PassThrough();
    const lines: string[] = [];
    readLines(stream, (line) => lines.push(line));
    for (let i = 0; i < 100; i++) stream.write('x'.repeat(10_000));
    stream.end('\nnext\n');
    await finished(stream);
    expect(lines[0]?.length).toBeLessThanOrEqual(4_000);
    expect(lines[1]).toBe('next');
  });
});

describe('parseLogLine', () => {
  it('reads our JSON lines, also with levels as numbers', () => {
    const line = '{"level":"warn","time":"t","name":"api","msg":"slow","tookMs":7,"path":"/x"}';
    expect(parseLogLine(line, 'info')).toMatchObject({ level: 'warn', text: 'slow tookMs=7 path=/x' });
    expect(parseLogLine('{"level":50,"msg":"broken"}', 'info')).toMatchObject({ level: 'error', text: 'broken' });
  });

  it("reads Temporal's lines", () => {
    expect(parseLogLine('time=2026-11-21T13:18:23.557 level=ERROR msg="Operation failed"', 'info')).toEqual({
      level: 'error',
      text: 'msg="Operation failed"',
    });
  });

  it('gives any other line the level of its stream, without colours', () => {
    expect(parseLogLine('\x1b[31mplain\x1b[0m', 'warn')).toEqual({ level: 'warn', text: 'plain' });
    expect(parseLogLine('{ not json', 'warn')).toEqual({ level: 'warn', text: '{ not json' });
    expect(parseLogLine('  ', 'warn')).toBeNull();
  });
});

describe('what is shown', () => {
  it('follows LOG_LEVEL', () => {
    expect(isShown('warn', 'info')).toBe(true);
    expect(isShown('debug', 'info')).toBe(false);
    expect(isShown('debug', 'trace')).toBe(true);
    expect(isShown('fatal', 'silent')).toBe(false);
  });

  it('carries the name of the process in front', () => {
    expect(renderLogLine('worker', { level: 'info', text: 'polls' }, false)).toBe('[worker] polls');
    expect(renderLogLine('temporal', { level: 'warn', text: 'slow' }, false)).toBe('[temporal] warn slow');
    expect(renderLogLine('temporal', { level: 'warn', text: 'slow' }, true)).toContain('[temporal]');
  });
});

describe('jsonLogLine', () => {
  const now = new Date('2026-11-29T03:00:00Z');
  const asJson = (name: string, line: string) => {
    const parsed = parseLogLine(line, 'info');
    return parsed === null ? null : (JSON.parse(jsonLogLine(name, parsed, now)) as object);
  };

  it("keeps a child's fields and says which process it is", () => {
    const line = '{"level":"info","time":"2026-01-01T00:00:00Z","name":"worker","msg":"run ended","seconds":2.5}';
    expect(asJson('worker', line)).toEqual({
      level: 'info',
      time: '2026-01-01T00:00:00Z',
      process: 'worker',
      name: 'worker',
      msg: 'run ended',
      seconds: 2.5,
    });
  });

  it('makes a line of JSON of any other words', () => {
    expect(asJson('temporal', 'time=x level=WARN msg="slow \\"disk\\""')).toEqual({
      level: 'warn',
      time: now.toISOString(),
      process: 'temporal',
      msg: expect.stringContaining('slow') as string,
    });
  });
});
