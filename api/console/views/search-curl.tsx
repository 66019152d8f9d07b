import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { SearchRequest } from '../../schemas/search.js';
import { useTexts } from '../texts/texts.js';
import { curlOf } from './curl.js';

/** The search as a command, without the key: what is copied gets pasted elsewhere. */
export function AsCurl({ request }: { request: SearchRequest }): JSX.Element {
  const texts = useTexts();
  const [copied, setCopied] = useState(false);
  const command = curlOf(request, location.origin);
  return (
    <details class="more">
      <summary>{texts.search.curl}</summary>
      <p class="help">{texts.search.curlHelp}</p>
      <pre tabIndex={0}>{command}</pre>
      <button
        type="button"
        class="quiet"
        // Browsers give the clipboard to secure pages only; the text above can be copied by hand everywhere.
        disabled={!isSecureContext}
        onClick={() => void navigator.clipboard.writeText(command).then(() => setCopied(true))}
      >
        {texts.search.copy}
      </button>{' '}
      <span role="status">{copied ? texts.search.copied : ''}</span>
    </details>
  );
}
