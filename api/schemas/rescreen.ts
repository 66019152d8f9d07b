import Type, { type Static } from 'typebox';
import { PHI_CATEGORIES } from '../../core/contract/finding.js';
import { closed, Uuid } from './fields.js';

export const StartRescreen = closed({
  report: Type.Optional(Type.Boolean({ description: 'Hold nothing, and count what would be held. Default false.' })),
  all: Type.Optional(
    Type.Boolean({ description: 'Also what was screened by the present screen. Default false: it is passed over.' }),
  ),
});

export const AcceptedRescreen = Type.Object({
  runId: Uuid,
  workflowId: Type.String(),
  joined: Type.Boolean({ description: 'The same is under way already: this is that run.' }),
});

/** How far a rescreen is. */
export const RescreenBody = Type.Object(
  {
    report: Type.Boolean(),
    all: Type.Boolean(),
    screened: Type.Integer(),
    clear: Type.Integer(),
    held: Type.Integer({ description: 'Gone from search, and waiting for their reviews.' }),
    suspected: Type.Integer({ description: 'Would be held; of a report.' }),
    allowed: Type.Integer({ description: 'Found in a collection that lets patient data in, and marked.' }),
    failed: Type.Integer({ description: 'Could not be screened, and are live as they were.' }),
    findings: Type.Partial(
      Type.Object(Object.fromEntries(PHI_CATEGORIES.map((category) => [category, Type.Integer()]))),
      { description: 'Documents with a finding that holds them, by category. Nothing of what was found.' },
    ),
  },
  { description: 'Of a rescreen: documents by what became of them.' },
);

export type StartRescreen = Static<typeof StartRescreen>;
export type AcceptedRescreen = Static<typeof AcceptedRescreen>;
export type RescreenBody = Static<typeof RescreenBody>;
