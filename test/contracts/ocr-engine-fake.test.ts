import { expect, it } from 'vitest';
import { Failure } from '../../core/contract/failures.js';
import { FakeOcrEngine } from '../fakes/fake-ocr-engine.js';
import { drawnLines, drawPage, ocrEngineContract, pageText } from './ocr-engine.contract.js';

ocrEngineContract('fake', async (options) => new FakeOcrEngine({ script: drawnLines, hangs: options !== undefined }));

it('the fake OCR engine fails as told, then reads again, and keeps its calls', async () => {
  const engine = new FakeOcrEngine({ script: drawnLines });
  engine.failNext();
  const input = { image: drawPage(['one line']), languages: ['eng'] };
  await expect(engine.recognise(input)).rejects.toBeInstanceOf(Failure);
  expect(pageText(await engine.recognise(input))).toBe('one line');
  expect(engine.calls).toEqual([input, input]);
});
