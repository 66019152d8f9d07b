import { SYNC_STAGES } from '../../core/contract/sync-messages.js';
import { RUN_STATES, type RunState, STAGES } from '../../core/contract/states.js';
import type { Progress } from '../../core/ports/run-catalog.js';
import type { RunSnapshot } from './run-snapshot.js';

/**
 * What a listener has been told of a run. It travels as the id of each event, so that a listener who comes back with
 * `Last-Event-ID` is told what changed since, by whichever process it reaches: nothing is kept for it meanwhile.
 */
export interface ToldRun {
  readonly state: RunState | null;
  readonly stage: RunSnapshot['stage'] | null;
  readonly pages: Progress;
  readonly records: Progress;
  /** The final event was told. */
  readonly ended: boolean;
}

const NOTHING: Progress = { total: 0, done: 0 };
export const NOTHING_TOLD: ToldRun = { state: null, stage: null, pages: NOTHING, records: NOTHING, ended: false };

export type RunChange =
  | { readonly name: 'state'; readonly data: { readonly state: RunState }; readonly told: ToldRun }
  | { readonly name: 'stage'; readonly data: { readonly stage: RunSnapshot['stage'] }; readonly told: ToldRun }
  | { readonly name: 'pages' | 'records'; readonly data: Progress; readonly told: ToldRun };

/** What to tell of a running run, in order; `told` is what the listener knows after each. Of an ended run the end says all. */
export function changesSince(told: ToldRun, run: RunSnapshot): RunChange[] {
  const changes: RunChange[] = [];
  const tell = (name: RunChange['name'], data: object, change: Partial<ToldRun>): void => {
    told = { ...told, ...change };
    changes.push({ name, data, told } as RunChange);
  };
  const { state, stage } = run;
  if (state !== told.state) tell('state', { state }, { state });
  if (stage !== told.stage) tell('stage', { stage }, { stage });
  for (const name of ['pages', 'records'] as const) {
    const { total, done } = run[name];
    if (total !== told[name].total || done !== told[name].done) {
      tell(name, { total, done }, { [name]: { total, done } });
    }
  }
  return changes;
}

export function endOf(run: RunSnapshot): ToldRun {
  const { state, stage, pages, records } = run;
  return { state, stage, pages, records, ended: true };
}

/** E.g. `running/ocr/4-12/0-0`; `-` for what was not told. */
export function toldId({ state, stage, pages, records, ended }: ToldRun): string {
  const counts = [pages, records].map(({ done, total }) => `${done}-${total}`);
  return [state ?? '-', stage ?? '-', ...counts, ...(ended ? ['end'] : [])].join('/');
}

const ID = /^([a-z_]+|-)\/([a-z]+|-)\/(\d{1,9})-(\d{1,9})\/(\d{1,9})-(\d{1,9})(\/end)?$/;

/** What an id says was told. One that is not ours says nothing: everything is told from the start. */
export function parseToldId(id: string | undefined): ToldRun {
  const match = ID.exec(id ?? '');
  if (!match) return NOTHING_TOLD;
  const [, state, stage, pagesDone, pagesTotal, recordsDone, recordsTotal, end] = match;
  return {
    state: RUN_STATES.find((known) => known === state) ?? null,
    stage: [...STAGES, ...SYNC_STAGES].find((known) => known === stage) ?? null,
    pages: { total: Number(pagesTotal), done: Number(pagesDone) },
    records: { total: Number(recordsTotal), done: Number(recordsDone) },
    ended: end !== undefined,
  };
}
