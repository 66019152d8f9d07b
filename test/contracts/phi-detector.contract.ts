import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PhiDetector } from '../../core/ports/phi-detector.js';

/** What every detector keeps to: words by their places, an answer a text, an end on request. */
export function phiDetectorContract(name: string, open: () => Promise<PhiDetector>): void {
  describe(`phi detector: ${name}`, () => {
    let detector: PhiDetector;
    beforeAll(async () => {
      detector = await open();
    });
    afterAll(() => detector.close());

    it('says which bytes it is', () => {
      expect(detector.model.name).not.toBe('');
      expect(detector.model.revision).toMatch(/^sha256:[0-9a-f]{64}$/);
    });

    it('judges the words of each text, at their places, in the order of the texts', async () => {
      const texts = ['Her name is Rosa Lopez.', '', 'Dose: 5 mg'];
      const judged = await detector.judge(texts);
      expect(judged.map((words, index) => words.map(({ start, end }) => texts[index]?.slice(start, end)))).toEqual([
        ['Her', 'name', 'is', 'Rosa', 'Lopez', '.'],
        [],
        ['Dose', ':', '5', 'mg'],
      ]);
      for (const word of judged.flat()) {
        for (const probability of [word.name, word.street, word.place]) {
          expect(probability).toBeGreaterThanOrEqual(0);
          expect(probability).toBeLessThanOrEqual(1.001);
        }
      }
    });

    it('tells names from other words', async () => {
      const [words = []] = await detector.judge(['The patient, Rosa Lopez, takes metformin twice a day.']);
      const named = words.filter(({ name: probability }) => probability >= 0.8);
      expect(named.map(({ start }) => start)).toEqual([13, 18]);
    });

    it('answers nothing for nothing', async () => {
      expect(await detector.judge([])).toEqual([]);
    });

    it('gives up when it is told to', async () => {
      const abort = new AbortController();
      const asked = detector.judge(Array<string>(64).fill('Rosa Lopez came to the clinic. '.repeat(12)), abort.signal);
      abort.abort(new Error('told to'));
      await expect(asked).rejects.toThrow('told to');
      expect(await detector.judge(['Rosa'])).toHaveLength(1);
    });
  });
}
