/** The words of the view of vector indexes and their moves. */
export const enMoves = {
  title: 'Vectors',
  lead: 'Searches by meaning use the vectors of a model. Moving a collection to another model or store builds them beside the present ones, compares both, and waits for you; searches go on meanwhile.',
  indexes: 'Vector indexes',
  none: 'There is none: this system has no embedding model, or nothing was read yet.',
  model: 'Model',
  store: 'Store',
  stores: { pgvector: 'Postgres (pgvector)', qdrant: 'Qdrant' },
  state: 'State',
  states: { building: 'being built', live: 'searched', retired: 'kept for a way back' },
  incomplete: 'some vectors are missing',
  under: 'Moves under way',
  moveOf: (collection: string, model: string) => `${collection} to ${model}`,
  stages: {
    accepted: 'It is about to begin.',
    build: 'Vectors are being made.',
    compare: 'The new index is being compared with the present one.',
    decide: 'It is ready: have it searched, or give it up.',
    kept: 'The new index is searched. The former one is kept for a way back.',
    done: 'It is done.',
  },
  progress: (done: string, all: string) => `${done} of ${all} passages`,
  compared: 'How both answer',
  nothingCompared:
    'There was nothing to compare by: no question was given, and no document has a title of three words.',
  questions: (count: number) => (count === 1 ? '1 question' : `${count.toLocaleString('en')} questions`),
  overlap: (share: string) => `${share} of the ten best passages are the same`,
  ndcg: (live: string, next: string) => `nDCG@10 ${live} before, ${next} after`,
  lost: (count: number) =>
    count === 0
      ? 'No question loses what it found.'
      : count === 1
        ? '1 question does not find something any more.'
        : `${count.toLocaleString('en')} questions do not find something any more.`,
  worst: 'The questions that change most',
  question: 'Question',
  same: 'The same',
  loses: 'Loses',
  documents: (count: number) => (count === 0 ? 'nothing' : count === 1 ? '1 document' : `${count} documents`),
  promote: 'Have it searched',
  promoteAsk: (collection: string, days: number) =>
    `Searches of ${collection} use the new index from now on. The former one is kept for ${days === 1 ? '1 day' : `${days} days`}, so that you can go back at once.`,
  rollback: 'Go back to the former one',
  rollbackAsk: (collection: string) =>
    `Searches of ${collection} use the former index again. The new one is kept, and can be chosen again.`,
  abandon: 'Give it up',
  abandonAsk: (passages: string) =>
    `The new index is dropped, with the vectors of ${passages}. Searches stay as they are.`,
  finish: 'Drop the former one',
  finishAsk: 'The former index is dropped now. After that there is no way back but another move.',
  decided: {
    promote: 'The new index is searched now.',
    rollback: 'The former index is searched again.',
    abandon: 'The move is given up.',
    finish: 'The former index is dropped.',
  },
  begin: 'Move a collection',
  noModels:
    'This system has one model and one store, so there is nowhere to move to. An operator adds models with EMBEDDING_MODELS, and Qdrant with QDRANT_URL.',
  asItIs: 'as it is',
  policy: 'Who has it searched',
  policies: { ask: 'I decide', whenNothingIsLost: 'the comparison, where nothing is lost' },
  keepDays: 'Days that the former one is kept',
  questionsField: 'Questions to compare by',
  questionsHelp: 'One a line, as people ask them here. Titles of documents are asked as well.',
  passages: (count: number) => (count === 1 ? '1 passage' : `${count.toLocaleString('en')} passages`),
  estimate: 'Estimate it',
  estimated: (passages: string, tokens: string, time: string, size: string) =>
    `${passages} with ${tokens} tokens: about ${time} of work, ${size} of vectors.`,
  tooLong: (count: number) =>
    `${count === 1 ? '1 passage is' : `${count.toLocaleString('en')} passages are`} longer than the model reads; the rest of them counts by words only.`,
  unknownTime: 'an unknown time',
  start: 'Begin the move',
  started: 'The move has begun.',
  joined: 'This move is under way already.',
  collectionNeeded: 'Choose a collection.',
  placeNeeded: 'Choose another model or another store.',
};
