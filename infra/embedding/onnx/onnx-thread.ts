import type { EmbeddingPurpose } from '../../../core/ports/embedder.js';
import { answerInThread } from '../../model-threads/answer-in-thread.js';
import { SentenceModel } from './sentence-model.js';

/** The thread of the embedder: one vector a text. */
await answerInThread<number, Float32Array>(async (modelFolder) => {
  const model = await SentenceModel.open(modelFolder);
  return {
    about: model.dimensions,
    answer: (text, { purpose }) => model.embed(text, purpose as EmbeddingPurpose),
    close: () => model.close(),
  };
});
