import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import { OnnxPhiDetector } from '../../infra/screening/onnx/onnx-phi-detector.js';
import { FakePhiDetector } from '../fakes/fake-phi-detector.js';
import { phiDetectorContract } from './phi-detector.contract.js';

const shared = join(process.env['MEDINDEX_SHARED'] ?? join(PROJECT_ROOT, '..', 'shared'), 'models', 'rampart');
const modelFolder = [process.env['PHI_MODEL_PATH'] ?? '', shared].find((path) => path !== '' && existsSync(path));

phiDetectorContract('fake', async () => new FakePhiDetector());
describe.skipIf(modelFolder === undefined)(
  'with a model (skipped: none could be had on this machine, PHI_MODEL_PATH)',
  () => {
    phiDetectorContract('onnx', () => OnnxPhiDetector.open({ modelFolder: modelFolder ?? '' }));
  },
);
