import { describe, expect, it } from 'vitest';
import type { TextFormat } from '../../core/contract/ingest-messages.js';
import { childReader } from '../harness/child-reader.js';
import { expectExactOffsets, LIMITS } from './document-reader.contract.js';

/** Files in the ways of other programs, each with its lines as a person sees them. */
const FILES: readonly (readonly [kind: string, content: string | Uint8Array, lines: readonly string[]])[] = [
  ['decimal commas between semicolons', 'drug;maximum\nparacetamol;4,0 g\nibuprofen;2,4 g\naspirin;3,0 g\n', ['drug | maximum', 'paracetamol | 4,0 g', 'ibuprofen | 2,4 g', 'aspirin | 3,0 g']], // prettier-ignore
  ['a table of one row', 'drug,dose\nadrenaline,1 mg\n', ['drug | dose', 'adrenaline | 1 mg']],
  ['columns and rows behind the table that are blank', 'drug,dose,,\nadrenaline,1 mg,,\n,,,\natropine,2 mg,,\n', ['drug | dose', 'adrenaline | 1 mg', 'atropine | 2 mg']], // prettier-ignore
  ['a cell without a value', '"drug","dose"\n"A, slow","1 mg"\n"","2 ""units"""\n"B","3 mg"\n', ['drug | dose', 'A, slow | 1 mg', '| 2 "units"', 'B | 3 mg']], // prettier-ignore
  ['comments before a table', '# doses, of the ward\n# 2026\ndrug,dose,route\nA,1 mg,po\nB,2 mg,iv\n', ['doses of the ward', '2026', 'drug | dose | route', 'A | 1 mg | po', 'B | 2 mg | iv']], // prettier-ignore
  ['a note behind a table', 'drug,dose,route\nA,1 mg,po\nB,2 mg,iv\nC,3 mg,iv\n\nSource: list, page 2\n', ['drug | dose | route', 'A | 1 mg | po', 'B | 2 mg | iv', 'C | 3 mg | iv', 'Source: list | page 2']], // prettier-ignore
  ['groups over columns of one name', ',Adults,,Children,\nDrug,Start,Max,Start,Max\nA,1 mg,2 mg,3 mg,4 mg\n', ['Drug | Adults Start | Adults Max | Children Start | Children Max', 'A | 1 mg | 2 mg | 3 mg | 4 mg']], // prettier-ignore
];

describe('what a reader of a file without pages sees', () => {
  const { reader, files } = childReader();

  it.each(FILES)('%s', async (_kind, content, lines) => {
    const path = files.write('file', content);
    const { format } = await reader.inspect(path, LIMITS);
    const reading = await reader.readText(path, format as TextFormat, LIMITS);
    expectExactOffsets(reading);
    expect(reading.text.split(/\n+/).map((line) => line.trim())).toEqual(lines);
    expect(reading.account?.aside.filter(({ fate }) => fate === 'lost')).toEqual([]);
  });
});
