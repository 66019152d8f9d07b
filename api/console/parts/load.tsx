import type { JSX } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { useTexts } from '../texts/texts.js';
import { Problem } from './problem.js';

export interface Loaded<T> {
  /** What was loaded last, also while it is loaded again. */
  readonly data: T | null;
  readonly error: unknown;
  readonly reload: () => void;
}

/** Loads when `inputs` change. An answer that comes after a newer question is dropped. */
export function useLoad<T>(load: () => Promise<T>, inputs: readonly unknown[]): Loaded<T> {
  const [answer, setAnswer] = useState<{ data: T | null; error: unknown }>({ data: null, error: null });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let current = true;
    load().then(
      (data) => current && setAnswer({ data, error: null }),
      (error: unknown) => current && setAnswer(({ data }) => ({ data, error })),
    );
    return () => {
      current = false;
    };
  }, [...inputs, turn]);
  return { ...answer, reload: useCallback(() => setTurn((before) => before + 1), []) };
}

/** What stands in the place of data: a word while it comes, or why it does not. */
export function Waiting({ error, reload }: { error: unknown; reload: () => void }): JSX.Element {
  const texts = useTexts();
  return error === null ? (
    <p class="help" role="status">
      {texts.loading}
    </p>
  ) : (
    <Problem error={error} onRetry={reload} />
  );
}
