import type { JSX } from 'preact';
import { ApiRefusal, ApiUnreachable } from '../../client/answers.js';
import { type Texts, useTexts } from '../texts/texts.js';

/** The API's own sentence where it gave one: it says what happened and what to do. */
export function sentenceOf(error: unknown, texts: Texts): string {
  if (error instanceof ApiRefusal) return sentenceOfRefusal(error, texts);
  return error instanceof ApiUnreachable ? texts.unreachable : texts.unexpected;
}

/** A refusal or a failure in the reader's language, where it has a sentence of its own; the API speaks English. */
export function sentenceOfRefusal(
  { code, message }: { code: string; message: string },
  { locale, failures }: Texts,
): string {
  const own: Readonly<Record<string, string>> = failures;
  return locale === 'en' ? message : (own[code] ?? message);
}

/** Asked again, the API would say the same: the key may not, or the thing is not there. */
const FINAL_STATUS: ReadonlySet<number> = new Set([401, 403, 404, 410]);

function isFinal(error: unknown): boolean {
  return error instanceof ApiRefusal && FINAL_STATUS.has(error.status);
}

export function Problem({ error, onRetry }: { error: unknown; onRetry?: () => void }): JSX.Element {
  const texts = useTexts();
  return (
    <div class="problem" role="alert">
      <p>{sentenceOf(error, texts)}</p>
      {onRetry && !isFinal(error) ? (
        <button type="button" class="quiet" onClick={onRetry}>
          {texts.tryAgain}
        </button>
      ) : null}
    </div>
  );
}
