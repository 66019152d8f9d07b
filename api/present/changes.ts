import {
  type Change,
  CHANGE_KINDS,
  type ChangedStatement,
  type Comparison,
} from '../../core/comparing/compare-texts.js';
import type { TextPlace, VersionText } from '../../core/ports/document-catalog.js';
import type { ChangeBody, ChangeList } from '../schemas/changes.js';

/** A difference, with the page and the section of each of its sides. */
export function presentChange(change: Change, from: VersionText, to: VersionText): ChangeBody {
  return {
    kind: change.kind,
    before: change.before ? placed(change.before, from.places) : null,
    after: change.after ? placed(change.after, to.places) : null,
    values: change.values.map((value) => ({ ...value })),
  };
}

export function presentCounts({ changes, moved }: Comparison): ChangeList['counts'] {
  const counts = Object.fromEntries(CHANGE_KINDS.map((kind) => [kind, 0])) as Record<Change['kind'], number>;
  for (const { kind } of changes) counts[kind] += 1;
  return { ...counts, moved };
}

function placed(statement: ChangedStatement, places: readonly TextPlace[]) {
  const place = placeOf(statement, places);
  return {
    text: statement.text,
    start: statement.start,
    end: statement.end,
    pages: [...(place?.pages ?? [])],
    sectionPath: [...(place?.sectionPath ?? [])],
    marks: statement.marks.map((mark) => ({ ...mark })),
  };
}

/** The first passage that has the statement from its beginning; a heading that no passage has stands with what follows it. */
function placeOf({ start }: ChangedStatement, places: readonly TextPlace[]): TextPlace | undefined {
  return (
    places.find((place) => start >= place.start && start < place.end) ?? places.find((place) => place.start >= start)
  );
}
