import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useTexts } from '../texts/texts.js';

/** Copies a text that stands beside it, and says so. `isFirst`: it is what to do first here. */
export function Copy({ text, isFirst = false }: { text: string; isFirst?: boolean }): JSX.Element {
  const texts = useTexts();
  const [copied, setCopied] = useState(false);
  return (
    <>
      <button
        type="button"
        class={isFirst ? '' : 'quiet'}
        // Browsers give the clipboard to secure pages only; the text can be copied by hand everywhere.
        disabled={!isSecureContext}
        onClick={() =>
          void navigator.clipboard.writeText(text).then(
            () => setCopied(true),
            () => setCopied(false),
          )
        }
      >
        {texts.copy}
      </button>{' '}
      <span role="status">{copied ? texts.copied : ''}</span>
    </>
  );
}
