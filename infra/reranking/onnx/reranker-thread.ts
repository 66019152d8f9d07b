import { answerInThread } from '../../model-threads/answer-in-thread.js';
import { CrossEncoder } from './cross-encoder.js';

/** A thread of the reranker: one score a passage. */
await answerInThread<null, number>(async (modelFolder) => {
  const model = await CrossEncoder.open(modelFolder);
  return {
    about: null,
    answer: (passage, { against = '' }) => model.score(against, passage),
    close: () => model.close(),
  };
});
