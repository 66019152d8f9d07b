import { describe } from 'vitest';
import { EstimatingTokenizer } from '../../core/chunking/estimating-tokenizer.js';
import { ModelTokenizer } from '../../infra/embedding/tokenizer/model-tokenizer.js';
import { REAL_MODEL, WITHOUT_MODEL } from '../unit/embedding/shared-model.js';
import { makeTinyModel } from '../unit/embedding/tiny-model.js';
import { tokenizerContract } from './tokenizer.contract.js';

tokenizerContract('estimating', async () => new EstimatingTokenizer());
tokenizerContract('of a tiny model', async () => ModelTokenizer.open(await makeTinyModel()));

describe.skipIf(!REAL_MODEL)(REAL_MODEL ? 'all-MiniLM-L6-v2' : WITHOUT_MODEL, () => {
  tokenizerContract('of all-MiniLM-L6-v2', () => ModelTokenizer.open(REAL_MODEL ?? ''));
});
