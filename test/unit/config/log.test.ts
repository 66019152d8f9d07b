import { describe, expect, it } from 'vitest';
import { Failure } from '../../../core/contract/failures.js';
import { createLog, safeError } from '../../../infra/telemetry/log.js';

function loggedBy(act: (log: ReturnType<typeof createLog>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  act(createLog({ name: 'api', level: 'info', stream: { write: (line) => void lines.push(line) } }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('createLog', () => {
  it('writes one JSON object a line, with level, time and name', () => {
    const [line, ...more] = loggedBy((log) => {
      log.debug('not shown');
      log.info({ runId: 'r1' }, 'run accepted');
    });
    expect(more).toEqual([]);
    expect(line).toMatchObject({ level: 'info', name: 'api', msg: 'run accepted', runId: 'r1' });
    expect(Date.parse(String(line?.['time']))).not.toBeNaN();
  });

  it('keeps texts of errors that may quote a document out of the log, down the chain of causes', () => {
    let parseError: unknown;
    try {
      JSON.parse('Patient: John Q. Sample');
    } catch (error) {
      parseError = error;
    }
    const rowError = Object.assign(new Error('Key (name)=(John Q. Sample)'), {
      code: '23505',
      detail: 'John Q. Sample',
    });
    const lines = loggedBy((log) => {
      log.error({ err: parseError }, 'cannot parse');
      log.error(
        { err: new Failure('DATABASE_UNAVAILABLE', { detail: 'query=open', cause: rowError }) },
        'cannot store',
      );
    });
    expect(JSON.stringify(lines)).not.toContain('John');
    expect(lines[1]).toMatchObject({
      err: { code: 'DATABASE_UNAVAILABLE', message: 'DATABASE_UNAVAILABLE [query=open]', cause: { code: '23505' } },
    });
  });

  it('keeps the frames, so that the place can be found', () => {
    expect(safeError(new Error('secret')).stack).toMatch(/^\s+at .*log\.test\.ts/m);
    expect(safeError('secret')).toEqual({ type: 'string' });
  });
});
