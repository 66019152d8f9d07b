import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useTexts } from '../texts/texts.js';

/** Copies a text that stands beside it, and says so. */
export function Copy({ text }: { text: string }): JSX.Element {
  const texts = useTexts();
  const [copied, setCopied] = useState(false);
  return (
    <>
      <button
        type="button"
        class="quiet"
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
