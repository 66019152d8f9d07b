import Type, { type Static } from 'typebox';
import type { SyncStage } from '../../core/contract/sync-messages.js';
import type { RunState, Stage } from '../../core/contract/states.js';
import type { RunBody } from './run.js';
import type { SyncBody } from './sync.js';

export const RunEventHeaders = Type.Object({
  'last-event-id': Type.Optional(Type.String({ description: 'Id of the last event that arrived.' })),
});
export type RunEventHeaders = Static<typeof RunEventHeaders>;

export const RunEventStream = Type.String({
  description:
    'event: state {"state"} · stage {"stage"} · pages {"total", "done"} · records {"total", "done"} · end {the run}. ' +
    'Lines that begin with a colon are signs of life.',
});

/** An event with its data parsed. */
export type RunEvent =
  | { readonly event: 'state'; readonly data: { readonly state: RunState } }
  | { readonly event: 'stage'; readonly data: { readonly stage: Stage | SyncStage } }
  | { readonly event: 'pages' | 'records'; readonly data: { readonly total: number; readonly done: number } }
  | { readonly event: 'end'; readonly data: RunBody | SyncBody };
