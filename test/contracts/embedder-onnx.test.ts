import { describe } from 'vitest';
import { OnnxEmbedder } from '../../infra/embedding/onnx/onnx-embedder.js';
import { REAL_MODEL, WITHOUT_MODEL } from '../unit/embedding/shared-model.js';
import { makeTinyModel } from '../unit/embedding/tiny-model.js';
import { embedderContract } from './embedder.contract.js';

const openTiny = (int8: boolean) => async () => OnnxEmbedder.open({ modelFolder: await makeTinyModel({ int8 }) });

embedderContract('ONNX, a tiny float32 model', openTiny(false));
embedderContract('ONNX, a tiny int8 model', openTiny(true));

describe.skipIf(!REAL_MODEL)(REAL_MODEL ? 'all-MiniLM-L6-v2' : WITHOUT_MODEL, () => {
  embedderContract('ONNX, all-MiniLM-L6-v2', () => OnnxEmbedder.open({ modelFolder: REAL_MODEL ?? '' }));
});
