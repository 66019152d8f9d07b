import { useState } from 'preact/hooks';
import { useTexts } from '../texts/texts.js';
import { sentenceOf } from './problem.js';

export interface Deeds {
  readonly busy: boolean;
  /** What went wrong last, in a sentence. */
  readonly problem: string | null;
  readonly setProblem: (sentence: string | null) => void;
  /** Does something with the API; resolves when it is done or its problem is told. */
  readonly act: (deed: () => Promise<unknown>) => Promise<void>;
}

/** For buttons that change something: none may be pressed while one works, and what went wrong is shown. */
export function useDeeds(): Deeds {
  const texts = useTexts();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const act = async (deed: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await deed();
    } catch (error) {
      setProblem(sentenceOf(error, texts));
    }
    setBusy(false);
  };
  return { busy, problem, setProblem, act };
}
