import type { JSX } from 'preact';
import { ApiRefusal, ApiUnreachable } from '../../client/answers.js';
import { type Texts, useTexts } from '../texts/texts.js';

/** The API's own sentence where it gave one: it says what happened and what to do. */
export function sentenceOf(error: unknown, texts: Texts): string {
  if (error instanceof ApiRefusal) return error.message;
  return error instanceof ApiUnreachable ? texts.unreachable : texts.unexpected;
}

export function Problem({ error, onRetry }: { error: unknown; onRetry?: () => void }): JSX.Element {
  const texts = useTexts();
  return (
    <div class="problem" role="alert">
      <p>{sentenceOf(error, texts)}</p>
      {onRetry ? (
        <button type="button" class="quiet" onClick={onRetry}>
          {texts.tryAgain}
        </button>
      ) : null}
    </div>
  );
}
