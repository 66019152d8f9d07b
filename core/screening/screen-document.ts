import type { Finding, ScreenedField } from '../contract/finding.js';
import type { Reading } from '../contract/reading.js';
import { ScreeningContext } from './context.js';
import { nameForms } from './names/name-forms.js';
import { repetitions } from './names/repetitions.js';
import { HOLD_SCORE, SCORES } from './scores.js';
import { screenReading, type ScreeningTools, type ScreenReadingOptions } from './screen-reading.js';

/** What an upload says of its document: the sender's words, never the document's own. */
export interface UploadNames {
  readonly fileName: string;
  readonly externalId?: string | undefined;
  readonly title?: string | undefined;
  readonly custom: Readonly<Record<string, unknown>>;
}

/** What stands beside the text and is screened with it, by field; values are what offsets of findings refer to. */
export function screenedFields(
  reading: Pick<Reading, 'metadata' | 'unseen'>,
  upload: UploadNames | null,
): Partial<Record<ScreenedField, string>> {
  const fields: Partial<Record<ScreenedField, string | undefined>> = {
    ...(upload ? { fileName: upload.fileName, externalId: upload.externalId, metadata: linesOf(upload.custom) } : {}),
    title: [...new Set([upload?.title, reading.metadata.title])].filter((title) => title !== undefined).join('\n'),
    unseen: (reading.unseen ?? []).map(({ text }) => text).join('\n\n'),
  };
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
}

/** `patientName: "…"` as `patient Name: …`, so that labels are known by their words. */
function linesOf(value: unknown, name = ''): string {
  if (value === null || value === undefined || typeof value === 'boolean') return '';
  if (Array.isArray(value)) return value.map((one) => linesOf(one, name)).join('\n');
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([key, one]) => linesOf(one, key))
      .filter((line) => line !== '')
      .join('\n');
  }
  const label = name.replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2').replace(/[_-]/gu, ' ');
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return label === '' ? text : `${label}: ${text}`;
}

/**
 * Everything of a version that could name a patient: its text, and what came with it. Findings of the text come first,
 * ascending; the others carry their `field`. Errors: as {@link screenReading}.
 */
export async function screenDocument(
  reading: Pick<Reading, 'text' | 'blocks' | 'metadata' | 'unseen'>,
  upload: UploadNames | null,
  tools: ScreeningTools,
  options: ScreenReadingOptions = {},
): Promise<Finding[]> {
  const findings = await screenReading(reading, tools, options);
  const people = findings.filter(({ category, score }) => category === 'patient_name' && score >= HOLD_SCORE);
  const names = people.map(({ start, end }) => reading.text.slice(start, end)).slice(0, MOST_NAMES);
  for (const [field, value] of Object.entries(screenedFields(reading, upload)) as [ScreenedField, string][]) {
    const found =
      field === 'unseen' ? await screenReading(asText(value), tools, options) : await screenName(value, tools, options);
    findings.push(...found.map((finding) => ({ ...finding, field })));
    findings.push(...repeated(value, names, tools).map((finding) => ({ ...finding, field })));
  }
  return findings;
}

/** A list of patients has thousands of names; its file is not called by all of them. */
const MOST_NAMES = 200;

const asText = (text: string) => ({
  text,
  blocks: [{ kind: 'paragraph' as const, start: 0, end: text.length, sectionPath: [], boxes: [] }],
});

/** Words that make a file or a title one of a patient's record. */
const RECORD_WORDS =
  /(?<![\p{L}])(?:labs?|discharge|results?|mri|ct|x-?ray|ultrasound|ecg|ekg|chart|records?|consult|referral|patient|pt|clinic note|progress|note|letter|visit|admission|history|h&p|op|report|face ?sheet|intake|consent|biopsy|pathology|dob|mrn|prontu[áa]rio|paciente|exame|laudo|receita|atestado|encaminhamento|alta)(?![\p{L}])/iu;
/** What titles of books and papers have. */
const PUBLICATION_WORDS =
  /(?<![\p{L}])(?:et al|guideline|review|study|trial|syndrome|disease|handbook|edition|editor|author|journal|book|principles|manual|test|score|scale|criteria|index)(?![\p{L}])/iu;

/**
 * A short text that names something: a file, a title, an id. Signs between its words are read as spaces. A name in it is a
 * patient's when the words around it are of a record; authors are named in files, too.
 */
async function screenName(value: string, tools: ScreeningTools, options: ScreenReadingOptions): Promise<Finding[]> {
  // Same length, so that offsets stay.
  const spaced = value.replace(/[_+]|(?<=\p{L})[-.](?=\p{L})|(?<=\p{L})[-.](?=\d)|(?<=\d)[-.](?=\p{L})/gu, ' ');
  const findings = await screenReading(asText(spaced), tools, options);
  if (!RECORD_WORDS.test(spaced) || PUBLICATION_WORDS.test(spaced)) return findings;
  const capitals = spaced.replace(/(?<![\p{L}\d])\p{Ll}/gu, (letter) => letter.toUpperCase());
  for (const { start, end, sure, possible } of nameForms(
    capitals.length === spaced.length ? capitals : spaced,
    tools.words,
  )) {
    if (
      sure < 1 ||
      possible < 2 ||
      findings.some((finding) => finding.start < end && start < finding.end && finding.score >= HOLD_SCORE)
    )
      continue;
    findings.push({ category: 'patient_name', start, end, score: SCORES.likely, recogniser: 'patient_name/in-title' });
  }
  return findings;
}

/** Names that the text gave away, in a field. */
function repeated(value: string, names: readonly string[], { words }: ScreeningTools): Finding[] {
  if (names.length === 0) return [];
  // The names stand before the value in one text, so that the same rules find them again.
  const lead = `${names.join('\n')}\n`;
  const spaced = value.replace(/[_+.-]/gu, ' ');
  const text =
    lead +
    spaced.replace(/(?<![\p{L}\d])\p{Ll}/gu, (letter) =>
      letter.toUpperCase().length === 1 ? letter.toUpperCase() : letter,
    );
  const context = new ScreeningContext(text, [], words);
  let at = 0;
  const known = names.map((name) => {
    const span = { start: at, end: at + name.length, score: SCORES.strong, evidence: '' };
    at += name.length + 1;
    return span;
  });
  return [...repetitions(known, context)].flatMap((found) =>
    found && found.start >= lead.length
      ? [
          {
            category: 'patient_name' as const,
            start: found.start - lead.length,
            end: found.end - lead.length,
            score: SCORES.strong,
            recogniser: 'patient_name/repeated',
          },
        ]
      : [],
  );
}
