const documents = (count: number): string => (count === 1 ? '1 document' : `${count} documents`);
const places = (count: number): string => (count === 1 ? '1 place' : `${count} places`);

/** Words of decisions on many held documents. */
export const enBulk = {
  title: 'Decide on many alike',
  lead: 'Choose what the documents are held for, and what is to become of them. Nothing is decided before you have seen the numbers.',
  recognisers: 'What holds documents, and how often it was a false alarm',
  recogniser: 'Recogniser',
  waiting: 'Documents that wait',
  falseAlarms: 'False alarms',
  choose: 'Decide on these',
  chooseNamed: (name: string) => `Decide on these: ${name}`,
  share: (share: string, count: number, all: number) => `${share} (${count} of ${all})`,
  none: 'none yet',
  anyCategory: 'Any',
  anyRecogniser: 'Any',
  value: 'Words that were found',
  valueHelp: 'Exactly these words, for example a name that stands in many documents. Leave it empty for any.',
  filterNeeded: 'Say at least one thing that the documents have in common.',
  decisions: {
    redact: 'Redact all that was found, and publish',
    approve: 'No patient data: publish as they are',
    reject: 'Reject for good',
  },
  remember: 'The same words count as a false alarm later, in',
  remembers: { document: 'the same document', collection: 'the whole collection', nowhere: 'no document' },
  preview: 'Show what this would do',
  nothing: 'Nothing that waits matches.',
  would: {
    redact: (count: number, found: number) =>
      `${documents(count)} ${count === 1 ? 'is' : 'are'} published with placeholders in ${places(found)}.`,
    approve: (count: number, found: number) =>
      `${documents(count)} ${count === 1 ? 'is' : 'are'} published as ${count === 1 ? 'it is' : 'they are'}; ${places(found)} count as false alarms.`,
    reject: (count: number) => `${documents(count)} ${count === 1 ? 'is' : 'are'} never published.`,
  },
  second: (count: number) =>
    `${documents(count)} of them then ${count === 1 ? 'waits' : 'wait'} for a second reviewer, as the collection asks for two.`,
  left: (count: number) =>
    `${documents(count)} ${count === 1 ? 'stays' : 'stay'} as ${count === 1 ? 'it is' : 'they are'}:`,
  why: {
    REVIEW_CLAIMED: (count: number) => `${documents(count)}: another reviewer works on it.`,
    REVIEW_NEEDS_ANOTHER: (count: number) => `${documents(count)}: you have decided, and another reviewer has to.`,
    OTHER_FINDINGS: (count: number) => `${documents(count)}: held for something else as well.`,
    REVIEW_DECIDED: (count: number) => `${documents(count)}: decided meanwhile.`,
    REVIEW_OVER: (count: number) => `${documents(count)}: replaced or deleted meanwhile.`,
  } as Record<string, (count: number) => string>,
  otherwise: (count: number, code: string) => `${documents(count)}: ${code}.`,
  more: (count: number) => `More match; this is about the oldest ${count}. Do it again for the rest.`,
  act: (count: number) => `Decide on ${documents(count)}`,
  done: (decided: number, refused: number) =>
    `${documents(decided)} decided.${refused === 0 ? '' : ` ${documents(refused)} stayed: somebody else was there first.`}`,
};
