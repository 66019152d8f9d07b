import type { JudgedWord } from '../../../core/ports/phi-detector.js';
import { answerInThread } from '../../model-threads/answer-in-thread.js';
import { TokenClassifier } from './phi-model.js';

/** The thread of the detector: the words of each window. */
await answerInThread<null, JudgedWord[]>(async (modelFolder) => {
  const model = await TokenClassifier.open(modelFolder);
  return { about: null, answer: (text) => model.judge(text), close: () => model.close() };
});
